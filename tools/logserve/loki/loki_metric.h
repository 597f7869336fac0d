// Metrics of LogQL over the store: what is counted at the leaves is counted by our stages, the rest is arithmetic with the few numbers that
// come out.
//
// A point at time t is of the records of (t - range, t], as in Loki. Our stages count by spans [s, s + length): so they are shown times
// that are a nanosecond less.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "logserve/loki/logql.h"
#include "logserve/loki/loki_request.h"
#include "logserve/search/store_search.h"

namespace logmill::logserve {

using LokiLabels = std::vector<std::pair<std::string, std::string>>;  // sorted by name

struct LokiSteps {
  base::TimeNs first = 0;
  std::int64_t step_ns = 0;  // 0: one point
  std::size_t count = 1;
  // Of a request for a range: multiples of the step, as Loki's frontend has them (pkg/querier/queryrange/split_by_interval.go), whatever
  // the span begins with. Fails with invalid if there would be too many.
  static base::Result<LokiSteps> of(const LokiRequest& request, const LokiSpan& span);
  base::TimeNs at(std::size_t i) const { return first + static_cast<std::int64_t>(i) * step_ns; }
};

// The value at each step; NaN: none.
struct LokiSeries {
  std::map<LokiLabels, std::vector<double>> values;
  bool is_number = false;  // the same at every step, and no series
  enum class Order : std::uint8_t { by_labels, least_first, greatest_first };
  Order order = Order::by_labels;  // of an answer for one time
};

class LokiMetrics {
 public:
  // All must outlive it.
  LokiMetrics(Call& call, const LokiSteps& steps, const FieldOfLabel& field_of, const query::Context& context)
      : call_(call), steps_(steps), field_of_(field_of), context_(context) {}

  // Fails with invalid for what cannot be had, and where there would be too many series.
  base::Result<LokiSeries> evaluate(const LogMetric& metric);

  bool partial() const { return partial_; }
  std::uint64_t rows_seen() const { return rows_seen_; }

 private:
  base::Status search(const query::Query& query, query::Stage& last);
  base::Result<LokiSeries> evaluate_range(const LogMetric& metric, const std::vector<std::string>& labels);
  base::Result<LokiSeries> evaluate_aggregate(const LogMetric& metric);
  base::Result<LokiSeries> evaluate_absent(const LogMetric& metric);
  base::Result<LokiSeries> evaluate_binary(const LogMetric& metric);
  base::Result<LokiSeries> evaluate_relabel(const LogMetric& metric);

  Call& call_;
  const LokiSteps& steps_;
  const FieldOfLabel& field_of_;
  const query::Context& context_;
  bool partial_ = false;
  std::uint64_t rows_seen_ = 0;
};

}  // namespace logmill::logserve
