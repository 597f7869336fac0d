// sum(field), avg(field): of the values that are numbers. Exact while whole numbers fit 64 bits.
#include "query/aggregate.h"
#include "query/quantity.h"

namespace logmill::query {
namespace {

struct Sum {
  std::int64_t whole = 0;  // of the integers, as long as it fits
  double rest = 0;
  std::uint64_t count = 0;

  void add(const record::Value& value) {
    if (value.kind() == record::Kind::integer) {
      add_whole(value.integer());
    } else {
      const auto number = amount_of(value, Unit::none, 1);
      if (!number) return;
      rest += *number;
    }
    ++count;
  }
  void add_whole(std::int64_t number) {
    std::int64_t sum = 0;
    if (__builtin_add_overflow(whole, number, &sum))
      rest += static_cast<double>(number);
    else
      whole = sum;
  }
  void merge(const Sum& other) {
    add_whole(other.whole);
    rest += other.rest;
    count += other.count;
  }
  double total() const { return static_cast<double>(whole) + rest; }
  record::Value result(base::Arena&) const {
    if (count == 0) return {};
    return rest == 0 ? record::Value::integer(whole) : number_value(total());
  }
};

struct Avg : Sum {
  record::Value result(base::Arena&) const {
    return count == 0 ? record::Value{} : number_value(total() / static_cast<double>(count));
  }
};

}  // namespace

extern constexpr AggregateSpec kSum{
    .name = "sum",
    .usage = "sum(field)",
    .summary = "the sum of the numbers",
    .sample = "* | sum(bytes) by host",
    .field = AggregateSpec::Field::required,
    .accepts = nullptr,
    .make = [](const AggregateCall& call) -> std::unique_ptr<Aggregate> {
      return std::make_unique<GroupedAggregate<Sum>>(call);
    }};

extern constexpr AggregateSpec kAvg{
    .name = "avg",
    .usage = "avg(field)",
    .summary = "the mean of the numbers",
    .sample = "* | avg(duration_ms) as mean by service",
    .field = AggregateSpec::Field::required,
    .accepts = nullptr,
    .make = [](const AggregateCall& call) -> std::unique_ptr<Aggregate> {
      return std::make_unique<GroupedAggregate<Avg>>(call);
    }};

}  // namespace logmill::query
