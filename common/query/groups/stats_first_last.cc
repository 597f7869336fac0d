// first(field), last(field): of the rows that have it, the earliest and the latest by time; in the
// order of rows where they have none. Of several at the same time the least value (first) or the
// greatest (last) counts, so that the answer does not depend on who read which rows.
#include "query/groups/aggregate.h"
#include "query/groups/partial_value.h"
#include "query/table/held_value.h"
#include "query/table/value_order.h"

namespace logmill::query {
namespace {

enum class Which { first, last };

template <Which kWhich>
class Edge final : public Aggregate {
 public:
  explicit Edge(const AggregateCall& call) : field_(call.field) {}

  base::Status add(const Rows& rows, std::span<const std::uint32_t> group_of, std::size_t groups) override {
    if (edges_.size() < groups) edges_.resize(groups);
    LOGMILL_ASSIGN_OR_RETURN(const ColumnView column, rows.table.field(field_));
    LOGMILL_ASSIGN_OR_RETURN(const auto times, rows.table.times());
    for (std::size_t i = 0; i < group_of.size(); ++i) {
      const record::Value value = column.at(rows.selected[i]);
      if (value.present()) offer(edges_[group_of[i]], times[rows.selected[i]], value);
    }
    return {};
  }
  void merge(const Aggregate& other, std::span<const std::uint32_t> map, std::size_t groups) override {
    if (edges_.size() < groups) edges_.resize(groups);
    const auto& theirs = static_cast<const Edge&>(other).edges_;
    for (std::size_t i = 0; i < theirs.size(); ++i)
      if (theirs[i].value.value().present()) offer(edges_[map[i]], theirs[i].time, theirs[i].value.value());
  }
  void save(std::size_t group, std::size_t, std::string& out) const override {
    if (group >= edges_.size() || !edges_[group].value.value().present()) return;
    out += std::to_string(edges_[group].time) + " ";
    append_state(out, edges_[group].value.value());
  }
  bool load(std::size_t group, std::string_view state, std::size_t groups) override {
    if (edges_.size() < groups) edges_.resize(groups);
    const auto time = parse_integer<std::int64_t>(take_until(state, ' '));
    const auto value = parse_state(state);
    if (!time || !value || !value->present()) return false;
    offer(edges_[group], *time, *value);
    return true;
  }
  record::Value result(std::size_t group, base::Arena& bytes) const override {
    return group < edges_.size() ? edges_[group].value.copy_into(bytes) : record::Value{};
  }
  std::size_t memory_bytes() const override { return memory_bytes_of(edges_); }

 private:
  struct State {
    std::size_t memory_bytes() const { return value.memory_bytes(); }

    base::TimeNs time = record::kNoTime;
    HeldValue value;
  };

  static void offer(State& state, base::TimeNs time, const record::Value& value) {
    if (state.value.value().present() && !replaces(state, time, value)) return;
    state.time = time;
    state.value.hold(value);
  }

  static bool replaces(const State& state, base::TimeNs time, const record::Value& value) {
    if (time != state.time) return kWhich == Which::first ? time < state.time : time > state.time;
    if (time == record::kNoTime) return kWhich == Which::last;
    const auto order = compare_values(value, state.value.value());
    return kWhich == Which::first ? order < 0 : order > 0;
  }

  std::string field_;
  std::vector<State> edges_;
};

template <Which kWhich>
std::unique_ptr<Aggregate> make_edge(const AggregateCall& call) {
  return std::make_unique<Edge<kWhich>>(call);
}

}  // namespace

extern constexpr AggregateSpec kFirst{.name = "first",
                                      .usage = "first(field)",
                                      .summary = "the value of the earliest row that has it",
                                      .sample = "* | stats first(message) by service",
                                      .field = AggregateSpec::Field::required,
                                      .accepts = nullptr,
                                      .make = make_edge<Which::first>};

extern constexpr AggregateSpec kLast{.name = "last",
                                     .usage = "last(field)",
                                     .summary = "the value of the latest row that has it",
                                     .sample = "* | stats last(message) as latest by service",
                                     .field = AggregateSpec::Field::required,
                                     .accepts = nullptr,
                                     .make = make_edge<Which::last>};

}  // namespace logmill::query
