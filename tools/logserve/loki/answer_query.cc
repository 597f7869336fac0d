// GET and POST /loki/api/v1/query_range, query: lines and metrics, as Grafana's Loki data source asks for them.
//
// Requests and answers: grafana/loki, docs/sources/reference/loki-http-api.md; what Grafana sends: grafana/grafana, pkg/tsdb/loki/api.go
// and healthcheck.go.
#include <algorithm>
#include <array>

#include "logserve/loki/loki_answer.h"
#include "logserve/loki/loki_metric.h"
#include "logserve/loki/loki_points.h"
#include "logserve/loki/loki_request.h"
#include "logserve/loki/loki_streams.h"
#include "logserve/search/store_search.h"
#include "text/json_writer.h"

namespace logmill::logserve {
namespace {

constexpr std::int64_t kQueryLength = 3'600 * base::kNsPerSecond;  // unless said, as in Loki
constexpr std::uint64_t kLines = 100, kLinesMax = 10'000;

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
  const bool alone = query.each_row();  // each line by itself, so that the latest can be read first
  if (limit > 0 && (forward || !alone)) {
    LOGMILL_RETURN_IF_ERROR(query.append((forward ? "head " : "tail ") + std::to_string(limit), request.context()));
    LOGMILL_RETURN_IF_ERROR(search->run(query, streams));
  } else if (limit > 0) {
    LOGMILL_RETURN_IF_ERROR(search->run_newest(query, limit, streams));
  }
  std::string data = "{\"resultType\":\"streams\",";
  if (by_line) data += "\"encodingFlags\":[\"categorize-labels\"],";
  data += "\"result\":" + streams.json(forward ? LokiStreams::Order::as_they_came : LokiStreams::Order::latest_first);
  data += ",\"stats\":" + loki_statistics(search->counts().rows_seen, streams.bytes(), streams.entries()) + "}";
  return call.send_json(loki_success(data, search->partial()));
}

base::Status answer_metric(Call& call, const LokiRequest& request, const LogMetric& metric, const LokiSteps& steps) {
  const FieldOfLabel field_of = request.field_of();
  const query::Context context = request.context();
  LokiMetrics metrics(call, steps, field_of, context);
  LOGMILL_ASSIGN_OR_RETURN(const LokiSeries series, metrics.evaluate(metric));
  return call.send_json(loki_success(points_of(series, steps, loki_statistics(metrics.rows_seen(), 0, 0)), metrics.partial()));
}

base::Result<LogQl> query_in(const LokiRequest& request) {
  return parse_logql(request.parameter("query"), request.field_of(), request.context());
}

base::Status answer_query_range(Call& call) {
  LOGMILL_ASSIGN_OR_RETURN(const LokiRequest request, LokiRequest::read(call));
  LOGMILL_ASSIGN_OR_RETURN(const LogQl query, query_in(request));
  if (!query.is_metric) return answer_lines(call, request, query.logs);
  LOGMILL_ASSIGN_OR_RETURN(const LokiSpan span, request.span(kQueryLength));
  LOGMILL_ASSIGN_OR_RETURN(const LokiSteps steps, LokiSteps::of(request, span));
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

// As it was written, if it is LogQL that is understood here.
base::Status answer_format(Call& call) {
  LOGMILL_ASSIGN_OR_RETURN(const LokiRequest request, LokiRequest::read(call));
  LOGMILL_RETURN_IF_ERROR(query_in(request));
  std::string text;
  text::append_json_string(text, request.parameter("query"));
  return call.send_json(loki_success(text, false));
}

constexpr std::array<Parameter, 1> kOfFormat{{{"query", "LogQL."}}};
constexpr std::array<Parameter, 7> kOfQueryRange{{{"query", "LogQL: lines or a metric."},
                                                  {"limit", "How many lines; 100 unless said, 10000 at most."},
                                                  kLokiStart,
                                                  kLokiEnd,
                                                  kLokiSince,
                                                  {"step", "Of a metric: 15s, or seconds."},
                                                  {"direction", "backward or forward."}}};
constexpr std::array<Parameter, 2> kOfQuery{{{"query", "LogQL: a metric."}, {"time", "Of which time; now unless said."}}};

constexpr std::string_view kFormatPath = "/loki/api/v1/format_query", kFormatSummary = "For Grafana: whether a query is understood.";
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

extern constexpr Endpoint kLokiFormat = loki_search("GET", kFormatPath, kFormatSummary, answer_format, kOfFormat, {kJsonType, "LokiText"});
extern constexpr Endpoint kLokiFormatPost =
    loki_search("POST", kFormatPath, kFormatSummary, answer_format, kOfFormat, {kJsonType, "LokiText"});

}  // namespace logmill::logserve
