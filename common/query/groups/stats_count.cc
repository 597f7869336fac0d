// count(): rows; count(field): rows that have the field.
#include "query/groups/aggregate.h"
#include "query/groups/partial_value.h"

namespace logmill::query {
namespace {

class Count final : public Aggregate {
 public:
  explicit Count(const AggregateCall& call) : field_(call.field) {}

  base::Status add(const Rows& rows, std::span<const std::uint32_t> group_of, std::size_t groups) override {
    if (counts_.size() < groups) counts_.resize(groups);
    if (field_.empty()) {
      for (const std::uint32_t group : group_of) ++counts_[group];
      return {};
    }
    LOGMILL_ASSIGN_OR_RETURN(const ColumnView column, rows.table.field(field_));
    for (std::size_t i = 0; i < group_of.size(); ++i) counts_[group_of[i]] += column.at(rows.selected[i]).kind() > record::Kind::null;
    return {};
  }
  void add_counts(std::span<const std::uint32_t> group_of, std::span<const std::uint32_t> weights, std::size_t groups) override {
    if (counts_.size() < groups) counts_.resize(groups);
    for (std::size_t i = 0; i < group_of.size(); ++i) counts_[group_of[i]] += weights[i];
  }
  void merge(const Aggregate& other, std::span<const std::uint32_t> map, std::size_t groups) override {
    if (counts_.size() < groups) counts_.resize(groups);
    const auto& theirs = static_cast<const Count&>(other).counts_;
    for (std::size_t i = 0; i < theirs.size(); ++i) counts_[map[i]] += theirs[i];
  }
  void save(std::size_t group, std::size_t, std::string& out) const override {
    out += std::to_string(group < counts_.size() ? counts_[group] : 0);
  }
  bool load(std::size_t group, std::string_view state, std::size_t groups) override {
    if (counts_.size() < groups) counts_.resize(groups);
    const auto count = parse_integer<std::int64_t>(state);
    counts_[group] += count.value_or(0);
    return count.has_value();
  }
  record::Value result(std::size_t group, base::Arena&) const override {
    return record::Value::integer(group < counts_.size() ? counts_[group] : 0);
  }
  std::size_t memory_bytes() const override { return memory_bytes_of(counts_); }

 private:
  std::string field_;
  std::vector<std::int64_t> counts_;
};

}  // namespace

extern constexpr AggregateSpec kCount{
    .name = "count",
    .usage = "count() or count(field)",
    .summary = "how many rows, or how many that have the field",
    .sample = "* | count by level",
    .field = AggregateSpec::Field::optional,
    .accepts = nullptr,
    .make = [](const AggregateCall& call) -> std::unique_ptr<Aggregate> { return std::make_unique<Count>(call); }};

}  // namespace logmill::query
