// Numbers over groups of rows: count, sum, percentiles. One stats_<name>.cc each, listed in
// stats_table.cc.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "query/groups/grouper.h"
#include "query/language/lexer.h"
#include "query/pipeline/stage.h"

namespace logmill::query {

// As written: p99(duration_ms) as slow.
struct AggregateCall {
  std::string function;
  std::string field;  // empty: none
  std::string as;     // empty: none

  // The field that holds the result.
  std::string result_name() const;
};

// One aggregate over all groups. Thread-compatible.
class Aggregate {
 public:
  virtual ~Aggregate() = default;
  // `group_of[i]` is the group of row `selected[i]`; `groups` is how many there are by now. Fails
  // as the table does.
  virtual base::Status add(const Rows& rows, std::span<const std::uint32_t> group_of, std::size_t groups) = 0;
  // Whether it looks at Table::numbers of its field first, and at the field only where there are none.
  virtual bool takes_numbers() const { return false; }
  // As if as many rows as `weights` says had come for each entry of `group_of`. Only of a count
  // without a field.
  virtual void add_counts(std::span<const std::uint32_t> /*group_of*/, std::span<const std::uint32_t> /*weights*/, std::size_t /*groups*/) {
  }
  // An aggregate that answers `call` from what this one collects, and collects nothing itself;
  // nullptr if this one does not know enough. This one must outlive it.
  virtual std::unique_ptr<Aggregate> view(const AggregateCall& /*call*/) const { return nullptr; }
  // Takes in what `other`, an aggregate of the same call, has seen: its group i is our group
  // `map[i]`.
  virtual void merge(const Aggregate& other, std::span<const std::uint32_t> map, std::size_t groups) = 0;
  // What it has seen of a group, as text for another program to `load`: docs/formats/partial.md.
  // Much comes in several parts.
  virtual std::size_t parts(std::size_t /*group*/) const { return 1; }
  virtual void save(std::size_t group, std::size_t part, std::string& out) const = 0;
  // Takes in what was saved and is not empty; false if it is no such state.
  virtual bool load(std::size_t group, std::string_view state, std::size_t groups) = 0;
  // Absent if there was nothing to count. Text is put into `bytes`. `group` may be one that no row
  // fell into.
  virtual record::Value result(std::size_t group, base::Arena& bytes) const = 0;
  // About, of what it holds.
  virtual std::size_t memory_bytes() const = 0;
};

// What each of `states` holds besides itself, if it says so, and the states.
template <class State>
std::size_t memory_bytes_of(const std::vector<State>& states) {
  std::size_t bytes = states.capacity() * sizeof(State);
  if constexpr (requires(const State& state) { state.memory_bytes(); })
    for (const State& state : states) bytes += state.memory_bytes();
  return bytes;
}

struct AggregateSpec {
  std::string_view name;
  std::string_view usage;
  std::string_view summary;
  std::string_view sample;  // a query that uses it
  enum class Field { none, optional, required } field;
  // Whether `function` is this one; nullptr: its name and nothing else.
  bool (*accepts)(std::string_view function);
  std::unique_ptr<Aggregate> (*make)(const AggregateCall& call);
};

std::span<const AggregateSpec* const> aggregate_specs();
// nullptr if there is none.
const AggregateSpec* find_aggregate(std::string_view function);

// "count()", "p99(duration_ms) as slow"; a function without parentheses is fine where it needs no
// field.
base::Result<AggregateCall> take_aggregate(Lexer& lexer);
// Whether one comes next.
bool aggregate_is_next(Lexer& lexer);
void append_aggregate(std::string& out, const AggregateCall& call);

// The state of an aggregate that keeps one `State` a group, with
//   void add(const record::Value&);   // neither absent nor null
//   void merge(const State&);
//   record::Value result(base::Arena&) const;
//   void save(std::string&) const; bool load(std::string_view);   // load adds
//   std::size_t memory_bytes() const;                             // besides itself; may be left out
// and, where that is faster, a Run of numbers that are written alike, with
//   std::uint32_t rows; static bool takes(std::int64_t digits); void add(std::int64_t digits);
//   and in State: void add(const Run&, const record::Value& like);
template <class State>
class GroupedAggregate final : public Aggregate {
 public:
  explicit GroupedAggregate(const AggregateCall& call) : field_(call.field) {}

  base::Status add(const Rows& rows, std::span<const std::uint32_t> group_of, std::size_t groups) override {
    if (states_.size() < groups) states_.resize(groups);
    if constexpr (kTakesNumbers) {
      LOGMILL_ASSIGN_OR_RETURN(const store::NumberColumn* const numbers, rows.table.numbers(field_));
      if (numbers && State::Run::takes(numbers->magnitude) && groups <= group_of.size())
        return add_numbers(*numbers, rows, group_of), base::Status();
    }
    LOGMILL_ASSIGN_OR_RETURN(const ColumnView column, rows.table.field(field_));
    if constexpr (kTakesNumbers)
      if (!column.dictionary() && groups <= group_of.size()) return add_runs(column, rows, group_of), base::Status();
    for (std::size_t i = 0; i < group_of.size(); ++i) {
      const record::Value value = column.at(rows.selected[i]);
      if (value.kind() > record::Kind::null) states_[group_of[i]].add(value);
    }
    return {};
  }
  bool takes_numbers() const override { return kTakesNumbers; }
  void merge(const Aggregate& other, std::span<const std::uint32_t> map, std::size_t groups) override {
    if (states_.size() < groups) states_.resize(groups);
    const auto& theirs = static_cast<const GroupedAggregate&>(other).states_;
    for (std::size_t i = 0; i < theirs.size(); ++i) states_[map[i]].merge(theirs[i]);
  }
  void save(std::size_t group, std::size_t, std::string& out) const override {
    if (group < states_.size()) states_[group].save(out);
  }
  bool load(std::size_t group, std::string_view state, std::size_t groups) override {
    if (states_.size() < groups) states_.resize(groups);
    return states_[group].load(state);
  }
  record::Value result(std::size_t group, base::Arena& bytes) const override {
    return group < states_.size() ? states_[group].result(bytes) : State{}.result(bytes);
  }
  std::size_t memory_bytes() const override { return memory_bytes_of(states_); }

 private:
  static constexpr bool kTakesNumbers = requires { typename State::Run; };

  void add_numbers(const store::NumberColumn& numbers, const Rows& rows, std::span<const std::uint32_t> group_of) {
    std::vector<typename State::Run> runs(states_.size());
    typename State::Run* const run_of = runs.data();
    const std::int64_t* const digits = numbers.digits.data();
    const std::uint32_t *const row = rows.selected.data(), *const group = group_of.data();
    for (std::size_t i = 0, count = group_of.size(); i < count; ++i) run_of[group[i]].add(digits[row[i]]);
    add_all(runs, numbers.like());
  }
  template <class Runs>
  void add_all(const Runs& runs, const record::Value& like) {
    for (std::size_t group = 0; group < runs.size(); ++group)
      if (runs[group].rows > 0) states_[group].add(runs[group], like);
  }
  // Nearly all numbers of a column are written alike: those are collected by their digits alone, and added at the end.
  void add_runs(const ColumnView& column, const Rows& rows, std::span<const std::uint32_t> group_of) {
    if (column.values.empty()) return;
    const record::Value like = column.values.front();
    const bool digits = like.kind() == record::Kind::integer || like.kind() == record::Kind::decimal;
    std::vector<typename State::Run> runs(states_.size());
    for (std::size_t i = 0; i < group_of.size(); ++i) {
      const std::uint32_t row = rows.selected[i];
      if (row >= column.values.size()) continue;
      const record::Value& value = column.values[row];
      if (digits && value.kind() == like.kind() && value.scale() == like.scale() && State::Run::takes(value.integer()))
        runs[group_of[i]].add(value.integer());
      else if (value.kind() > record::Kind::null)
        states_[group_of[i]].add(value);
    }
    add_all(runs, like);
  }

  std::string field_;
  std::vector<State> states_;
};

// A number as the value that prints best: an integer where it is whole.
record::Value number_value(double number);

}  // namespace logmill::query
