// min(field), max(field): by amount among numbers, by bytes among texts; by time for `timestamp`.
#include <algorithm>
#include <compare>
#include <limits>
#include <optional>
#include <utility>

#include "query/groups/aggregate.h"
#include "query/groups/partial_value.h"
#include "query/table/held_value.h"
#include "query/table/value_order.h"
#include "record/fields.h"
#include "text/json_writer.h"

namespace logmill::query {
namespace {

enum class End { least, greatest };

template <End kEnd>
struct Extreme {
  HeldValue best;

  void add(const record::Value& value) {
    const record::Value held = best.value();
    if (alike(value, held) ? !ahead(value.integer(), held.integer()) : held.present() && !better(value, held)) return;
    best.hold(value);
  }
  struct Run {
    static bool takes(std::int64_t) { return true; }
    void add(std::int64_t digits) {
      ++rows;
      best_digits = ahead(digits, best_digits) ? digits : best_digits;
    }
    std::int64_t best_digits = kEnd == End::least ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int64_t>::min();
    std::uint32_t rows = 0;
  };
  void add(const Run& run, const record::Value& like) {
    add(like.kind() == record::Kind::integer ? record::Value::integer(run.best_digits)
                                             : record::Value::decimal(run.best_digits, like.scale()));
  }
  // Nearly all values are written like the one before: their digits can be compared.
  static bool alike(const record::Value& a, const record::Value& b) {
    return a.kind() == b.kind() && a.scale() == b.scale() && (a.kind() == record::Kind::integer || a.kind() == record::Kind::decimal);
  }
  static bool ahead(std::int64_t a, std::int64_t b) { return kEnd == End::least ? a < b : a > b; }
  void merge(const Extreme& other) {
    if (other.best.value().present()) add(other.best.value());
  }
  void save(std::string& out) const { append_state(out, best.value()); }
  bool load(std::string_view state) {
    const auto value = parse_state(state);
    if (value && value->present()) add(*value);
    return value.has_value();
  }
  record::Value result(base::Arena& bytes) const { return best.copy_into(bytes); }
  std::size_t memory_bytes() const { return best.memory_bytes(); }

  static bool better(const record::Value& a, const record::Value& b) {
    const auto order = compare_values(a, b);
    // 1.5 and 1.50 are equal: which one is shown must not depend on which came first.
    if (order == 0) return std::pair(a.kind(), a.scale()) < std::pair(b.kind(), b.scale());
    return kEnd == End::least ? order < 0 : order > 0;
  }
};

template <End kEnd>
class ExtremeTime final : public Aggregate {
 public:
  base::Status add(const Rows& rows, std::span<const std::uint32_t> group_of, std::size_t groups) override {
    if (best_.size() < groups) best_.resize(groups);
    LOGMILL_ASSIGN_OR_RETURN(const auto times, rows.table.times());
    for (std::size_t i = 0; i < group_of.size(); ++i) offer(group_of[i], times[rows.selected[i]]);
    return {};
  }
  void merge(const Aggregate& other, std::span<const std::uint32_t> map, std::size_t groups) override {
    if (best_.size() < groups) best_.resize(groups);
    const auto& theirs = static_cast<const ExtremeTime&>(other).best_;
    for (std::size_t i = 0; i < theirs.size(); ++i)
      if (theirs[i]) offer(map[i], *theirs[i]);
  }
  void save(std::size_t group, std::size_t, std::string& out) const override {
    if (group < best_.size() && best_[group]) out += std::to_string(*best_[group]);
  }
  bool load(std::size_t group, std::string_view state, std::size_t groups) override {
    if (best_.size() < groups) best_.resize(groups);
    const auto time = parse_integer<std::int64_t>(state);
    if (time) offer(group, *time);
    return time.has_value();
  }
  record::Value result(std::size_t group, base::Arena& bytes) const override {
    if (group >= best_.size() || !best_[group]) return {};
    std::string text;
    text::append_time_utc(text, *best_[group]);
    return record::Value::string(bytes.copy(text));
  }
  std::size_t memory_bytes() const override { return memory_bytes_of(best_); }

 private:
  void offer(std::size_t group, base::TimeNs time) {
    if (time == record::kNoTime) return;
    std::optional<base::TimeNs>& best = best_[group];
    if (!best) best = time;
    best = kEnd == End::least ? std::min(*best, time) : std::max(*best, time);
  }
  std::vector<std::optional<base::TimeNs>> best_;
};

template <End kEnd>
std::unique_ptr<Aggregate> make_extreme(const AggregateCall& call) {
  if (call.field == record::kTimestamp) return std::make_unique<ExtremeTime<kEnd>>();
  return std::make_unique<GroupedAggregate<Extreme<kEnd>>>(call);
}

}  // namespace

extern constexpr AggregateSpec kMin{.name = "min",
                                    .usage = "min(field)",
                                    .summary = "the least value",
                                    .sample = "* | stats min(timestamp), max(timestamp)",
                                    .field = AggregateSpec::Field::required,
                                    .accepts = nullptr,
                                    .make = make_extreme<End::least>};

extern constexpr AggregateSpec kMax{.name = "max",
                                    .usage = "max(field)",
                                    .summary = "the greatest value",
                                    .sample = "* | max(duration_ms) by path",
                                    .field = AggregateSpec::Field::required,
                                    .accepts = nullptr,
                                    .make = make_extreme<End::greatest>};

}  // namespace logmill::query
