// sum(field), avg(field): of the values that are numbers. Exact while whole numbers fit 64 bits.
#include <array>
#include <limits>

#include "query/groups/aggregate.h"
#include "query/groups/partial_value.h"
#include "query/language/quantity.h"

namespace logmill::query {
namespace {

// Whole numbers and decimals of up to kScale digits are summed exactly, so that the order does not
// matter; what is left, as doubles.
struct Sum {
  static constexpr unsigned kScale = 6;
  static constexpr std::array<std::int64_t, kScale + 1> kFactor = {1'000'000, 100'000, 10'000, 1'000, 100, 10, 1};

  __int128 exact = 0;  // in millionths; 2^43 rows of 2^63 fit
  double rest = 0;
  std::uint64_t count = 0;

  void add(const record::Value& value) {
    const bool decimal = value.kind() == record::Kind::decimal && value.scale() <= kScale;
    if (decimal || value.kind() == record::Kind::integer) {
      exact += static_cast<__int128>(value.integer()) * kFactor[decimal ? value.scale() : 0];
    } else {
      const auto number = amount_of(value, Unit::none, 1);
      if (!number) return;
      rest += *number;
    }
    ++count;
  }
  struct Run {
    // The sum of a block of these fits.
    static bool takes(std::int64_t digits) { return digits < (std::int64_t{1} << 40) && digits > -(std::int64_t{1} << 40); }
    void add(std::int64_t digits) {
      sum += digits;
      ++rows;
    }
    std::int64_t sum = 0;
    std::uint32_t rows = 0;
  };
  void add(const Run& run, const record::Value& like) {
    if (like.kind() == record::Kind::decimal && like.scale() > kScale) {
      rest += record::Value::decimal(run.sum, like.scale()).as_double();
    } else {
      exact += static_cast<__int128>(run.sum) * kFactor[like.kind() == record::Kind::decimal ? like.scale() : 0];
    }
    count += run.rows;
  }
  void merge(const Sum& other) {
    exact += other.exact;
    rest += other.rest;
    count += other.count;
  }
  // The exact part as its upper and its lower half.
  void save(std::string& out) const {
    out += std::to_string(static_cast<std::int64_t>(exact >> 64)) + " " + std::to_string(static_cast<std::uint64_t>(exact)) + " ";
    append_state(out, rest);
    out += " " + std::to_string(count);
  }
  bool load(std::string_view state) {
    const auto upper = parse_integer<std::int64_t>(take_until(state, ' '));
    const auto lower = parse_integer<std::uint64_t>(take_until(state, ' '));
    const auto more = parse_number(take_until(state, ' '));
    const auto rows = parse_integer<std::uint64_t>(state);
    if (!upper || !lower || !more || !rows) return false;
    exact += static_cast<__int128>(static_cast<unsigned __int128>(*upper) << 64 | *lower);
    rest += *more;
    count += *rows;
    return true;
  }
  double total() const { return static_cast<double>(exact) / static_cast<double>(kFactor[0]) + rest; }
  record::Value result(base::Arena&) const {
    if (count == 0) return {};
    const __int128 whole = exact / kFactor[0];
    const bool fits = whole >= std::numeric_limits<std::int64_t>::min() && whole <= std::numeric_limits<std::int64_t>::max();
    if (rest == 0 && exact % kFactor[0] == 0 && fits) return record::Value::integer(static_cast<std::int64_t>(whole));
    return number_value(total());
  }
};

struct Avg : Sum {
  record::Value result(base::Arena&) const { return count == 0 ? record::Value{} : number_value(total() / static_cast<double>(count)); }
};

}  // namespace

extern constexpr AggregateSpec kSum{
    .name = "sum",
    .usage = "sum(field)",
    .summary = "the sum of the numbers",
    .sample = "* | sum(bytes) by host",
    .field = AggregateSpec::Field::required,
    .accepts = nullptr,
    .make = [](const AggregateCall& call) -> std::unique_ptr<Aggregate> { return std::make_unique<GroupedAggregate<Sum>>(call); }};

extern constexpr AggregateSpec kAvg{
    .name = "avg",
    .usage = "avg(field)",
    .summary = "the mean of the numbers",
    .sample = "* | avg(duration_ms) as mean by service",
    .field = AggregateSpec::Field::required,
    .accepts = nullptr,
    .make = [](const AggregateCall& call) -> std::unique_ptr<Aggregate> { return std::make_unique<GroupedAggregate<Avg>>(call); }};

}  // namespace logmill::query
