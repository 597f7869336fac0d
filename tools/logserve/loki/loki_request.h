// What the requests of Loki's clients have in common: parameters in the address or in a form, times, labels.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logserve/api/endpoint.h"
#include "logserve/loki/logql.h"
#include "query/query.h"

namespace logmill::logserve {

// Of these are the streams of Loki made; everything else of a record is its structured metadata.
inline constexpr std::array<std::string_view, 3> kStreamLabels{"service", "host", "level"};

struct LokiSpan {
  base::TimeNs start, end;
};

class LokiRequest {
 public:
  // Of `call`, which must outlive it. Fails with invalid for a form that makes no sense.
  static base::Result<LokiRequest> read(Call& call);

  // Empty if it is not there.
  std::string_view parameter(std::string_view name) const;
  std::vector<std::string_view> all_of(std::string_view name) const;

  // From `start`, or so long (`since`, else `length_ns`) before `end`, to `end`, or now.
  base::Result<LokiSpan> span(std::int64_t length_ns) const;
  // A time: nanoseconds since the epoch, seconds with a point or of up to ten digits, RFC 3339.
  base::Result<base::TimeNs> time(std::string_view name, base::TimeNs fallback) const;
  // "15s", "15000ms", or seconds; of `step`.
  base::Result<std::int64_t> step(const LokiSpan& span) const;
  base::Result<std::uint64_t> limit(std::uint64_t fallback, std::uint64_t max) const { return number("limit", fallback, max); }
  base::Result<std::uint64_t> number(std::string_view name, std::uint64_t fallback, std::uint64_t max) const;

  // Looks for fields with dots in the latest records, where a label has an underscore.
  FieldOfLabel field_of() const;
  query::Context context() const;

 private:
  LokiRequest(Call& call, http::Parameters form) : call_(&call), form_(std::move(form)) {}

  Call* call_;
  http::Parameters form_;
};

// The fields of the latest records that match `query`: at most kLabelRecords of them are looked at.
inline constexpr std::uint64_t kLabelRecords = 20'000;
base::Result<std::vector<std::string>> latest_fields(Call& call, const query::Query& query);

// A query for the records of [start, end) that match.
base::Result<query::Query> query_of_selection(const LogSelection& logs, const LokiSpan& span, const query::Context& context);

}  // namespace logmill::logserve
