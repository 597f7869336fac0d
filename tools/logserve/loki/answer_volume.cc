// GET /loki/api/v1/index/volume, index/volume_range: how many bytes of lines there are by labels, for Grafana's Explore and its app for
// logs. grafana/loki, docs/sources/reference/loki-http-api.md, "Query log volume".
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "logserve/loki/loki_answer.h"
#include "logserve/loki/loki_metric.h"
#include "logserve/loki/loki_points.h"
#include "logserve/loki/loki_request.h"

namespace logmill::logserve {
namespace {

constexpr std::int64_t kVolumeLength = 3'600 * base::kNsPerSecond;  // unless said
constexpr std::uint64_t kVolumes = 100, kVolumesMax = 500;

// Those that are asked for; else those of the selector; else those of the streams.
std::vector<std::string> labels_to_count(const LokiRequest& request, const LogSelection& logs) {
  std::vector<std::string> labels;
  for (std::string_view rest = request.parameter("targetLabels"); !rest.empty();) {
    const std::string_view label = rest.substr(0, rest.find(','));
    if (!label.empty()) labels.emplace_back(label);
    rest.remove_prefix(std::min(label.size() + 1, rest.size()));
  }
  if (labels.empty()) labels = logs.labels;
  if (labels.empty()) labels.assign(kStreamLabels.begin(), kStreamLabels.end());
  std::ranges::sort(labels);
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  return labels;
}

double total(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0, [](double sum, double value) { return std::isnan(value) ? sum : sum + value; });
}

// {service="shop",host="a"} is counted once for service, and once for host.
LokiSeries by_name(const LokiSeries& all, std::size_t steps) {
  LokiSeries names;
  for (const auto& [labels, values] : all.values)
    for (const auto& [name, value] : labels) {
      std::vector<double>& sums = names.values.try_emplace({{name, ""}}, steps, 0.0).first->second;
      for (std::size_t step = 0; step < steps; ++step) sums[step] += std::isnan(values[step]) ? 0 : values[step];
    }
  return names;
}

void keep_greatest(LokiSeries& series, std::uint64_t wanted) {
  std::vector<std::pair<double, LokiLabels>> order;
  for (const auto& [labels, values] : series.values) order.emplace_back(-total(values), labels);
  std::ranges::sort(order);
  for (std::size_t i = wanted; i < order.size(); ++i) series.values.erase(order[i].second);
  series.order = LokiSeries::Order::greatest_first;
}

base::Status answer_volumes(Call& call, const LokiRequest& request, const LokiSpan& span, const LokiSteps& steps) {
  LOGMILL_ASSIGN_OR_RETURN(const std::uint64_t limit, request.limit(kVolumes, kVolumesMax));
  const std::string_view aggregate_by = request.parameter("aggregateBy");
  if (!aggregate_by.empty() && aggregate_by != "series" && aggregate_by != "labels")
    return base::Error{base::ErrorCode::invalid, "aggregateBy: series or labels is expected"};
  const FieldOfLabel field_of = request.field_of();
  const query::Context context = request.context();
  LogMetric metric;
  metric.kind = LogMetric::Kind::range;
  metric.function = "bytes_over_time";
  LOGMILL_ASSIGN_OR_RETURN(metric.logs, parse_selector(request.parameter("query"), field_of, context));
  metric.range_ns = steps.step_ns > 0 ? steps.step_ns : std::max<std::int64_t>(span.end - span.start, 1);
  metric.grouping = LogMetric::Grouping::by;
  metric.labels = labels_to_count(request, metric.logs);
  LokiMetrics metrics(call, steps, field_of, context);
  LOGMILL_ASSIGN_OR_RETURN(LokiSeries volumes, metrics.evaluate(metric));
  volumes.values.erase(LokiLabels());
  if (aggregate_by == "labels") volumes = by_name(volumes, steps.count);
  keep_greatest(volumes, limit);
  return call.send_json(loki_success(points_of(volumes, steps, loki_statistics(metrics.rows_seen(), 0, 0)), metrics.partial()));
}

base::Status answer_volume(Call& call) {
  LOGMILL_ASSIGN_OR_RETURN(const LokiRequest request, LokiRequest::read(call));
  LOGMILL_ASSIGN_OR_RETURN(const LokiSpan span, request.span(kVolumeLength));
  return answer_volumes(call, request, span, {.first = span.end});
}

base::Status answer_volume_range(Call& call) {
  LOGMILL_ASSIGN_OR_RETURN(const LokiRequest request, LokiRequest::read(call));
  LOGMILL_ASSIGN_OR_RETURN(const LokiSpan span, request.span(kVolumeLength));
  LOGMILL_ASSIGN_OR_RETURN(const LokiSteps steps, LokiSteps::of(request, span));
  return answer_volumes(call, request, span, steps);
}

#define VOLUME_PARAMETERS                                                                          \
  {"query", "A selector: {service=\"shop\"}."}, kLokiStart, kLokiEnd, kLokiSince,                  \
      {"targetLabels", "The labels to count by, with commas; those of the selector unless said."}, \
      {"aggregateBy", "series, or labels: of each label by itself."}, {                            \
    "limit", "How many series, the greatest; 100 unless said, 500 at most."                        \
  }
constexpr std::array<Parameter, 7> kOfVolume{{VOLUME_PARAMETERS}};
constexpr std::array<Parameter, 8> kOfVolumeRange{{VOLUME_PARAMETERS, {"step", "15s, or seconds."}}};
#undef VOLUME_PARAMETERS

}  // namespace

extern constexpr Endpoint kLokiVolume = loki_search("GET", "/loki/api/v1/index/volume", "For Grafana: how many bytes of lines by labels.",
                                                    answer_volume, kOfVolume, {kJsonType, "LokiAnswer"});
extern constexpr Endpoint kLokiVolumeRange = loki_search("GET", "/loki/api/v1/index/volume_range", "For Grafana: the same at each step.",
                                                         answer_volume_range, kOfVolumeRange, {kJsonType, "LokiAnswer"});

}  // namespace logmill::logserve
