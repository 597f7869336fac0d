// p50(field) … p99.9(field), median(field).

#include "query/groups/aggregate.h"
#include "query/groups/group_states.h"
#include "query/groups/quantiles.h"
#include "query/language/quantity.h"

namespace logmill::query {
namespace {

// 99.9 of "p99.9", 50 of "median"; nullopt if it is no percentile.
std::optional<double> percent_of(std::string_view function) {
  if (function == "median") return 50;
  if (!function.starts_with('p')) return std::nullopt;
  const auto percent = parse_number(function.substr(1));
  return percent && *percent >= 0 && *percent <= 100 ? percent : std::nullopt;
}

// The tables of all groups are larger than the caches that are near: so many rows before it is counted, a number's place is asked for.
constexpr std::size_t kAhead = 64;

class Percentile final : public Aggregate {
 public:
  explicit Percentile(const AggregateCall& call) : field_(call.field), share_(percent_of(call.function).value_or(50) / 100) {}

  base::Status add(const Rows& rows, std::span<const std::uint32_t> group_of, std::size_t groups) override {
    states_.grow(groups);
    LOGMILL_ASSIGN_OR_RETURN(const store::NumberColumn* const numbers, rows.table.numbers(field_));
    if (numbers) return add_numbers(*numbers, rows, group_of), base::Status();
    LOGMILL_ASSIGN_OR_RETURN(const ColumnView column, rows.table.field(field_));
    for (std::size_t i = 0; i < group_of.size(); ++i) {
      const record::Value value = column.at(rows.selected[i]);
      if (value.is_number())
        states_[group_of[i]].add(value);
      else if (const auto number = amount_of(value, Unit::none, 1))
        states_[group_of[i]].add(*number);
    }
    return {};
  }
  bool takes_numbers() const override { return true; }
  std::unique_ptr<Aggregate> view(const AggregateCall& call) const override {
    const auto percent = percent_of(call.function);
    return percent ? std::make_unique<View>(*this, *percent / 100) : nullptr;
  }
  void merge(const Aggregate& other, std::span<const std::uint32_t> map, std::size_t groups) override {
    states_.grow(groups);
    const auto& theirs = static_cast<const Percentile&>(other).states_;
    for (std::size_t i = 0; i < theirs.size(); ++i) states_[map[i]].merge(theirs[i]);
  }
  std::size_t parts(std::size_t group) const override { return group < states_.size() ? states_[group].parts() : 1; }
  void save(std::size_t group, std::size_t part, std::string& out) const override {
    if (group < states_.size()) states_[group].save(part, out);
  }
  bool load(std::size_t group, std::string_view state, std::size_t groups) override {
    states_.grow(groups);
    return states_[group].load(state);
  }
  record::Value result(std::size_t group, base::Arena&) const override { return quantile(group, share_); }
  std::size_t memory_bytes() const override { return states_.memory_bytes(); }

 private:
  // Another percentile of the same numbers.
  class View final : public Aggregate {
   public:
    View(const Percentile& of, double share) : of_(of), share_(share) {}
    base::Status add(const Rows&, std::span<const std::uint32_t>, std::size_t) override { return {}; }
    bool takes_numbers() const override { return true; }
    void merge(const Aggregate&, std::span<const std::uint32_t>, std::size_t) override {}
    void save(std::size_t, std::size_t, std::string&) const override {}
    bool load(std::size_t, std::string_view, std::size_t) override { return false; }
    record::Value result(std::size_t group, base::Arena&) const override { return of_.quantile(group, share_); }
    std::size_t memory_bytes() const override { return 0; }

   private:
    const Percentile& of_;
    double share_;
  };

  // Most numbers have been seen before: those are counted where they are, without a look at the rest.
  void add_numbers(const store::NumberColumn& numbers, const Rows& rows, std::span<const std::uint32_t> group_of) {
    const std::int64_t* const digits = numbers.digits.data();
    const std::uint32_t* const row = rows.selected.data();
    if (states_.size() > group_of.size()) {
      for (std::size_t i = 0; i < group_of.size(); ++i) states_[group_of[i]].add_digits(digits[row[i]], numbers.scale);
      return;
    }
    struct Counts {
      std::span<Quantiles::Counter> table;
      std::uint64_t counted = 0;
    };
    std::vector<Counts> counts(states_.size());
    for (std::size_t group = 0; group < counts.size(); ++group) counts[group].table = states_[group].table(numbers.scale);
    for (std::size_t i = 0, count = group_of.size(); i < count; ++i) {
      if (i + kAhead < count) {
        const std::span<Quantiles::Counter> table = counts[group_of[i + kAhead]].table;
        __builtin_prefetch(table.data() + std::min<std::uint64_t>(static_cast<std::uint64_t>(digits[row[i + kAhead]]), table.size()), 1);
      }
      const std::int64_t number = digits[row[i]];
      Counts& of = counts[group_of[i]];
      if (static_cast<std::uint64_t>(number) < of.table.size() && of.table[static_cast<std::size_t>(number)] != Quantiles::kCounterMax) {
        ++of.table[static_cast<std::size_t>(number)];
        ++of.counted;
      } else {
        states_[group_of[i]].add_digits(number, numbers.scale);
        of.table = states_[group_of[i]].table(numbers.scale);
      }
    }
    for (std::size_t group = 0; group < counts.size(); ++group) states_[group].counted(counts[group].counted);
  }

  record::Value quantile(std::size_t group, double share) const {
    if (group >= states_.size() || states_[group].count() == 0) return {};
    return number_value(states_[group].quantile(share));
  }

  std::string field_;
  double share_;
  GroupStates<Quantiles> states_;
};

}  // namespace

extern constexpr AggregateSpec kPercentile{
    .name = "p99",
    .usage = "p50(field), p99(field), p99.9(field), median(field)",
    .summary = "the number that so many percent are not greater than",
    .sample = "* | stats p50(duration_ms), p99.9(duration_ms) by service, 5m",
    .field = AggregateSpec::Field::required,
    .accepts = [](std::string_view function) { return percent_of(function).has_value(); },
    .make = [](const AggregateCall& call) -> std::unique_ptr<Aggregate> { return std::make_unique<Percentile>(call); }};

}  // namespace logmill::query
