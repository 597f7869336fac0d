// distinct(field): how many different values.
#include <array>

#include "query/groups/aggregate.h"
#include "query/groups/distinct_set.h"
#include "query/groups/group_states.h"
#include "query/table/value_order.h"

namespace logmill::query {
namespace {

class Distinct final : public Aggregate {
 public:
  explicit Distinct(const AggregateCall& call) : field_(call.field) {}

  base::Status add(const Rows& rows, std::span<const std::uint32_t> group_of, std::size_t groups) override {
    sets_.grow(groups);
    LOGMILL_ASSIGN_OR_RETURN(const ColumnView column, rows.table.field(field_));
    if (column.dictionary() && groups <= kMarkedGroupsMax)
      add_codes(column, rows, group_of, groups);
    else
      for (std::size_t i = 0; i < group_of.size(); ++i) add_value(group_of[i], column.at(rows.selected[i]));
    return {};
  }
  void merge(const Aggregate& other, std::span<const std::uint32_t> map, std::size_t groups) override {
    sets_.grow(groups);
    const auto& theirs = static_cast<const Distinct&>(other).sets_;
    for (std::size_t i = 0; i < theirs.size(); ++i) sets_[map[i]].merge(theirs[i]);
  }
  std::size_t parts(std::size_t group) const override { return group < sets_.size() ? sets_[group].parts() : 1; }
  void save(std::size_t group, std::size_t part, std::string& out) const override {
    if (group < sets_.size()) sets_[group].save(part, out);
  }
  bool load(std::size_t group, std::string_view state, std::size_t groups) override {
    sets_.grow(groups);
    return sets_[group].load(state);
  }
  record::Value result(std::size_t group, base::Arena&) const override {
    return record::Value::integer(group < sets_.size() ? static_cast<std::int64_t>(sets_[group].count()) : 0);
  }
  std::size_t memory_bytes() const override { return sets_.memory_bytes(); }

 private:
  static constexpr std::size_t kMarkedGroupsMax = 64;  // a bit each

  // Each value of the dictionary is hashed and looked up once for each group that has it.
  void add_codes(const ColumnView& column, const Rows& rows, std::span<const std::uint32_t> group_of, std::size_t groups) {
    marks_.assign(column.values.size(), 0);
    for (std::size_t i = 0; i < group_of.size(); ++i) marks_[column.codes[rows.selected[i]]] |= std::uint64_t{1} << group_of[i];
    for (std::size_t code = 0; code < marks_.size(); ++code)
      for (std::size_t group = 0; marks_[code] != 0 && group < groups; ++group)
        if (marks_[code] >> group & 1) add_different(group, column.values[code]);
    add_soon();
  }
  static bool counts(const record::Value& value) { return value.kind() > record::Kind::null; }
  void add_value(std::size_t group, const record::Value& value) {
    if (counts(value)) sets_[group].add(hash_value(value));
  }
  // One that was not added lately: what the set holds of it is not near.
  void add_different(std::size_t group, const record::Value& value) {
    if (!counts(value)) return;
    soon_[soon_count_] = {group, hash_value(value)};
    sets_[group].prefetch(soon_[soon_count_++].hash);
    if (soon_count_ == soon_.size()) add_soon();
  }
  void add_soon() {
    for (const Soon& soon : std::span(soon_).first(soon_count_)) sets_[soon.group].add(soon.hash);
    soon_count_ = 0;
  }

  std::string field_;
  GroupStates<DistinctSet> sets_;
  std::vector<std::uint64_t> marks_;  // of each code: the groups that have it
  // A set of many values is larger than what the processor keeps of memory, and each value goes to another place in it: some are asked for
  // before the first of them is added. Empty but during `add_codes`.
  struct Soon {
    std::size_t group;
    std::uint64_t hash;
  };
  std::array<Soon, 64> soon_;
  std::size_t soon_count_ = 0;
};

}  // namespace

extern constexpr AggregateSpec kDistinct{
    .name = "distinct",
    .usage = "distinct(field)",
    .summary = "how many different values; exact up to a million, then within about 1 %",
    .sample = "* | distinct(trace_id) as traces",
    .field = AggregateSpec::Field::required,
    .accepts = nullptr,
    .make = [](const AggregateCall& call) -> std::unique_ptr<Aggregate> { return std::make_unique<Distinct>(call); }};

}  // namespace logmill::query
