// GET and POST /loki/api/v1/query_range, query: lines and metrics, as Grafana's Loki data source asks for them.
//
// Requests and answers: grafana/loki, docs/sources/reference/loki-http-api.md; what Grafana sends: grafana/grafana, pkg/tsdb/loki/api.go
// and healthcheck.go.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "logserve/loki/loki_answer.h"
#include "logserve/loki/loki_metric.h"
#include "logserve/loki/loki_request.h"
#include "logserve/loki/loki_streams.h"
#include "logserve/search/store_search.h"
#include "text/json_writer.h"

namespace logmill::logserve {
namespace {

constexpr std::int64_t kQueryLength = 3'600 * base::kNsPerSecond;  // unless said, as in Loki
constexpr std::uint64_t kLines = 100, kLinesMax = 10'000;
// Prometheus' bound, and Loki's: more points than a screen has.
constexpr std::size_t kStepsMax = 11'000;

std::string statistics_of(std::uint64_t lines, std::uint64_t bytes, std::uint64_t returned) {
  return "{\"summary\":{\"bytesProcessedPerSecond\":0,\"linesProcessedPerSecond\":0,\"totalBytesProcessed\":" + std::to_string(bytes) +
         ",\"totalLinesProcessed\":" + std::to_string(lines) + ",\"execTime\":0,\"totalEntriesReturned\":" + std::to_string(returned) +
         "}}";
}

base::Status answer_lines(Call& call, const LokiRequest& request, const LogSelection& logs) {
  LOGMILL_ASSIGN_OR_RETURN(const LokiSpan span, request.span(kQueryLength));
  LOGMILL_ASSIGN_OR_RETURN(const std::uint64_t limit, request.limit(kLines, kLinesMax));
  std::string direction(request.parameter("direction"));
  std::ranges::transform(direction, direction.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (!direction.empty() && direction != "backward" && direction != "forward")
    return base::Error{base::ErrorCode::invalid, "direction: backward or forward is expected"};
  const bool forward = direction == "forward";
  const bool by_line = call.request.header("x-loki-response-encoding-flags").find("categorize-labels") != std::string_view::npos;
  LOGMILL_ASSIGN_OR_RETURN(query::Query query, query_of_selection(logs, span, request.context()));
  LokiStreams streams(by_line ? Metadata::by_line : Metadata::among_labels);
  LOGMILL_ASSIGN_OR_RETURN(const auto search, StoreSearch::open(call, query));
  if (limit > 0 && forward) {
    LOGMILL_RETURN_IF_ERROR(query.append("head " + std::to_string(limit), request.context()));
    LOGMILL_RETURN_IF_ERROR(search->run(query, streams));
  } else if (limit > 0) {
    LOGMILL_RETURN_IF_ERROR(search->run_newest(query, limit, streams));
  }
  std::string data = "{\"resultType\":\"streams\",";
  if (by_line) data += "\"encodingFlags\":[\"categorize-labels\"],";
  data += "\"result\":" + streams.json(forward ? LokiStreams::Order::as_they_came : LokiStreams::Order::latest_first);
  data += ",\"stats\":" + statistics_of(search->counts().rows_seen, streams.bytes(), streams.entries()) + "}";
  return call.send_json(loki_success(data, search->partial()));
}

void append_labels(std::string& json, const LokiLabels& labels) {
  json += "{\"metric\":{";
  for (std::size_t i = 0; i < labels.size(); ++i) {
    json += i == 0 ? "" : ",";
    text::append_json_string(json, labels[i].first);
    json += ':';
    text::append_json_string(json, labels[i].second);
  }
  json += "},";
}

// [1763719300.5,"12"]
void append_point(std::string& json, base::TimeNs time, double value) {
  json += '[' + std::to_string(time / base::kNsPerSecond);
  if (const std::int64_t ms = time % base::kNsPerSecond / base::kNsPerMs; ms != 0) {
    const std::string digits = std::to_string(1'000 + ms);
    json.append(".").append(digits, 1);
  }
  json += ",\"";
  if (std::isinf(value)) {
    json += value > 0 ? "+Inf" : "-Inf";
  } else {
    std::array<char, 32> digits;
    json.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
  }
  json += "\"]";
}

std::string matrix_of(const LokiSeries& series, const LokiSteps& steps) {
  std::string json = "[";
  for (const auto& [labels, values] : series.values) {
    std::string points;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (std::isnan(values[i])) continue;
      points += points.empty() ? "" : ",";
      append_point(points, steps.at(i), values[i]);
    }
    if (points.empty()) continue;
    json += json.size() > 1 ? "," : "";
    append_labels(json, labels);
    json.append("\"values\":[").append(points).append("]}");
  }
  return json + "]";
}

std::string vector_of(const LokiSeries& series, const LokiSteps& steps) {
  std::vector<std::pair<double, const LokiLabels*>> points;
  for (const auto& [labels, values] : series.values)
    if (!std::isnan(values.front())) points.emplace_back(values.front(), &labels);
  const auto value_of = &std::pair<double, const LokiLabels*>::first;
  if (series.order == LokiSeries::Order::least_first) std::ranges::stable_sort(points, std::ranges::less{}, value_of);
  if (series.order == LokiSeries::Order::greatest_first) std::ranges::stable_sort(points, std::ranges::greater{}, value_of);
  std::string json = "[";
  for (const auto& [value, labels] : points) {
    json += json.size() > 1 ? "," : "";
    append_labels(json, *labels);
    json += "\"value\":";
    append_point(json, steps.first, value);
    json += '}';
  }
  return json + "]";
}

base::Status answer_metric(Call& call, const LokiRequest& request, const LogMetric& metric, const LokiSteps& steps) {
  const FieldOfLabel field_of = request.field_of();
  const query::Context context = request.context();
  LokiMetrics metrics(call, steps, field_of, context);
  LOGMILL_ASSIGN_OR_RETURN(const LokiSeries series, metrics.evaluate(metric));
  const bool instant = steps.step_ns == 0;
  std::string data = "{\"resultType\":";
  if (instant && series.is_number) {
    data += "\"scalar\",\"result\":";
    append_point(data, steps.first, series.values.begin()->second.front());
  } else {
    data += instant ? "\"vector\",\"result\":" + vector_of(series, steps) : "\"matrix\",\"result\":" + matrix_of(series, steps);
  }
  data += ",\"stats\":" + statistics_of(metrics.rows_seen(), 0, 0) + "}";
  return call.send_json(loki_success(data, metrics.partial()));
}

base::Result<LogQl> query_in(const LokiRequest& request) {
  return parse_logql(request.parameter("query"), request.field_of(), request.context());
}

base::Status answer_query_range(Call& call) {
  LOGMILL_ASSIGN_OR_RETURN(const LokiRequest request, LokiRequest::read(call));
  LOGMILL_ASSIGN_OR_RETURN(const LogQl query, query_in(request));
  if (!query.is_metric) return answer_lines(call, request, query.logs);
  LOGMILL_ASSIGN_OR_RETURN(const LokiSpan span, request.span(kQueryLength));
  LokiSteps steps;
  LOGMILL_ASSIGN_OR_RETURN(steps.step_ns, request.step(span));
  // As Loki's frontend does (pkg/querier/queryrange/split_by_interval.go): steps are multiples of the step, whatever the span begins with.
  steps.first = span.start - span.start % steps.step_ns;
  steps.count = static_cast<std::size_t>((span.end - steps.first + steps.step_ns - 1) / steps.step_ns) + 1;
  if (steps.count > kStepsMax)
    return base::Error{base::ErrorCode::invalid,
                       "step: more than " + std::to_string(kStepsMax) + " points of a series: a longer step is needed"};
  return answer_metric(call, request, query.metric, steps);
}

base::Status answer_query(Call& call) {
  LOGMILL_ASSIGN_OR_RETURN(const LokiRequest request, LokiRequest::read(call));
  LOGMILL_ASSIGN_OR_RETURN(const LogQl query, query_in(request));
  if (!query.is_metric) return base::Error{base::ErrorCode::invalid, "log queries are not supported as an instant query: use query_range"};
  LokiSteps steps;
  LOGMILL_ASSIGN_OR_RETURN(steps.first, request.time("time", request.context().now));
  return answer_metric(call, request, query.metric, steps);
}

constexpr std::array<Parameter, 7> kOfQueryRange{{{"query", "LogQL: lines or a metric."},
                                                  {"limit", "How many lines; 100 unless said, 10000 at most."},
                                                  kLokiStart,
                                                  kLokiEnd,
                                                  kLokiSince,
                                                  {"step", "Of a metric: 15s, or seconds."},
                                                  {"direction", "backward or forward."}}};
constexpr std::array<Parameter, 2> kOfQuery{{{"query", "LogQL: a metric."}, {"time", "Of which time; now unless said."}}};

constexpr std::string_view kRangePath = "/loki/api/v1/query_range", kQueryPath = "/loki/api/v1/query";
constexpr std::string_view kRangeSummary = "For Grafana: what LogQL asks for, over a span of time.",
                           kQuerySummary = "For Grafana: a metric of LogQL at one time.";

}  // namespace

extern constexpr Endpoint kLokiRange =
    loki_search("GET", kRangePath, kRangeSummary, answer_query_range, kOfQueryRange, {kJsonType, "LokiAnswer"});
extern constexpr Endpoint kLokiRangePost =
    loki_search("POST", kRangePath, kRangeSummary, answer_query_range, kOfQueryRange, {kJsonType, "LokiAnswer"});
extern constexpr Endpoint kLokiQuery = loki_search("GET", kQueryPath, kQuerySummary, answer_query, kOfQuery, {kJsonType, "LokiAnswer"});
extern constexpr Endpoint kLokiQueryPost =
    loki_search("POST", kQueryPath, kQuerySummary, answer_query, kOfQuery, {kJsonType, "LokiAnswer"});

}  // namespace logmill::logserve
