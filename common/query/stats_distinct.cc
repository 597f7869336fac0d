// distinct(field): how many different values.
#include "query/aggregate.h"
#include "query/distinct_set.h"
#include "query/value_order.h"

namespace logmill::query {
namespace {

struct Distinct {
  DistinctSet seen;

  void add(const record::Value& value) { seen.add(hash_value(value)); }
  void merge(const Distinct& other) { seen.merge(other.seen); }
  record::Value result(base::Arena&) const {
    return record::Value::integer(static_cast<std::int64_t>(seen.count()));
  }
};

}  // namespace

extern constexpr AggregateSpec kDistinct{
    .name = "distinct",
    .usage = "distinct(field)",
    .summary = "how many different values; exact up to a million, then within about 1 %",
    .sample = "* | distinct(trace_id) as traces",
    .field = AggregateSpec::Field::required,
    .accepts = nullptr,
    .make = [](const AggregateCall& call) -> std::unique_ptr<Aggregate> {
      return std::make_unique<GroupedAggregate<Distinct>>(call);
    }};

}  // namespace logmill::query
