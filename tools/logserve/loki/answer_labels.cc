// /loki/api/v1/labels, label/{name}/values, series, index/stats: what Grafana's Loki data source completes and hints with; and what it is.
//
// Requests and answers: grafana/loki, docs/sources/reference/loki-http-api.md; what Grafana sends: grafana/grafana,
// public/app/plugins/datasource/loki/LanguageProvider.ts.
#include <array>
#include <set>

#include "logserve/loki/loki_answer.h"
#include "logserve/loki/loki_request.h"
#include "logserve/search/store_search.h"
#include "query/pipeline/stage_args.h"
#include "record/fields.h"
#include "record/json_object.h"
#include "text/json_writer.h"

namespace logmill::logserve {
namespace {

constexpr std::int64_t kLabelsLength = 6 * 3'600 * base::kNsPerSecond;  // unless said, as in Loki
constexpr std::uint64_t kLabelValuesMax = 10'000;
constexpr std::size_t kStreamsMax = 10'000;

// The records that a selector (in `query`, if there is one) and the span ask for.
base::Result<query::Query> selected(const LokiRequest& request, std::string_view selector) {
  LOGMILL_ASSIGN_OR_RETURN(const LokiSpan span, request.span(kLabelsLength));
  LogSelection logs;
  if (!selector.empty()) {
    LOGMILL_ASSIGN_OR_RETURN(logs, parse_selector(selector, request.field_of(), request.context()));
  }
  return query_of_selection(logs, span, request.context());
}

std::string list_of(const std::set<std::string>& texts) {
  std::string json = "[";
  for (const std::string& text : texts) {
    json += json.size() > 1 ? "," : "";
    text::append_json_string(json, text);
  }
  return json + "]";
}

base::Status answer_labels(Call& call) {
  LOGMILL_ASSIGN_OR_RETURN(const LokiRequest request, LokiRequest::read(call));
  LOGMILL_ASSIGN_OR_RETURN(const query::Query query, selected(request, request.parameter("query")));
  LOGMILL_ASSIGN_OR_RETURN(const std::vector<std::string> fields, latest_fields(call, query));
  std::set<std::string> labels;
  for (const std::string& field : fields)
    if (field != record::kTimestamp && field != record::kMessage && field != record::kRaw) labels.insert(label_of(field));
  return call.send_json(loki_success(list_of(labels), false));
}

// Texts of a field in rows, up to a number of them.
class FieldTexts final : public query::Stage {
 public:
  explicit FieldTexts(std::string field) : field_(std::move(field)) {}
  base::Status push(const query::Rows& rows) override {
    LOGMILL_ASSIGN_OR_RETURN(const auto column, rows.table.field(field_));
    for (const std::uint32_t row : rows.selected) {
      std::string text;
      record::append_plain(text, column.at(row));
      if (!text.empty()) texts_.insert(std::move(text));
    }
    return {};
  }
  base::Status finish() override { return {}; }
  bool satisfied() const override { return false; }
  const std::set<std::string>& texts() const { return texts_; }

 private:
  const std::string field_;
  std::set<std::string> texts_;
};

base::Status answer_label_values(Call& call) {
  LOGMILL_ASSIGN_OR_RETURN(const LokiRequest request, LokiRequest::read(call));
  const std::string field = request.field_of()(call.part, {});
  LOGMILL_ASSIGN_OR_RETURN(query::Query query, selected(request, request.parameter("query")));
  std::string stage = "top " + std::to_string(kLabelValuesMax) + " ";
  query::append_fields(stage, {field});
  LOGMILL_RETURN_IF_ERROR(query.append(stage, request.context()));
  LOGMILL_ASSIGN_OR_RETURN(const auto search, StoreSearch::open(call, query));
  FieldTexts texts(field);
  LOGMILL_RETURN_IF_ERROR(search->run(query, texts));
  return call.send_json(loki_success(list_of(texts.texts()), search->partial()));
}

// The combinations of the stream labels in the rows of a count by these, with what they add up to.
class StreamCounts final : public query::Stage {
 public:
  base::Status push(const query::Rows& rows) override {
    LOGMILL_ASSIGN_OR_RETURN(const auto counts, rows.table.field("n"));
    std::vector<query::ColumnView> columns;
    for (const std::string_view label : kStreamLabels) {
      LOGMILL_ASSIGN_OR_RETURN(const auto column, rows.table.field(label));
      columns.push_back(column);
    }
    for (const std::uint32_t row : rows.selected) {
      std::string json;
      for (std::size_t i = 0; i < columns.size(); ++i) {
        std::string text;
        record::append_plain(text, columns[i].at(row));
        if (text.empty()) continue;
        json += json.empty() ? "" : ",";
        text::append_json_string(json, kStreamLabels[i]);
        json += ':';
        text::append_json_string(json, text);
      }
      streams_.insert("{" + json + "}");
      if (streams_.size() > kStreamsMax)
        return base::Error{base::ErrorCode::invalid,
                           "more than " + std::to_string(kStreamsMax) + " streams: a narrower selector is needed"};
      entries_ += counts.at(row).integer();
    }
    return {};
  }
  base::Status finish() override { return {}; }
  bool satisfied() const override { return false; }
  const std::set<std::string>& streams() const { return streams_; }
  std::int64_t entries() const { return entries_; }

 private:
  std::set<std::string> streams_;
  std::int64_t entries_ = 0;
};

// Counts the streams that a selector asks for.
base::Result<bool> count_streams(Call& call, const LokiRequest& request, std::string_view selector, StreamCounts& counts) {
  LOGMILL_ASSIGN_OR_RETURN(query::Query query, selected(request, selector));
  LOGMILL_RETURN_IF_ERROR(query.append("stats count() as n by service, host, level", request.context()));
  LOGMILL_ASSIGN_OR_RETURN(const auto search, StoreSearch::open(call, query));
  LOGMILL_RETURN_IF_ERROR(search->run(query, counts));
  return search->partial();
}

base::Status answer_series(Call& call) {
  LOGMILL_ASSIGN_OR_RETURN(const LokiRequest request, LokiRequest::read(call));
  std::vector<std::string_view> selectors = request.all_of("match[]");
  const std::vector<std::string_view> others = request.all_of("match");
  selectors.insert(selectors.end(), others.begin(), others.end());
  if (selectors.empty()) return base::Error{base::ErrorCode::invalid, "match[]: a selector is expected: {service=\"shop\"}"};
  StreamCounts counts;
  bool partial = false;
  for (const std::string_view selector : selectors) {
    LOGMILL_ASSIGN_OR_RETURN(const bool not_all, count_streams(call, request, selector, counts));
    partial = partial || not_all;
  }
  std::string json = "[";
  for (const std::string& stream : counts.streams()) json.append(json.size() > 1 ? "," : "").append(stream);
  return call.send_json(loki_success(json + "]", partial));
}

// What Grafana shows as a hint, of how much a query will look at; nobody counts bytes for it.
base::Status answer_index_stats(Call& call) {
  LOGMILL_ASSIGN_OR_RETURN(const LokiRequest request, LokiRequest::read(call));
  StreamCounts counts;
  LOGMILL_ASSIGN_OR_RETURN([[maybe_unused]] const bool partial, count_streams(call, request, request.parameter("query"), counts));
  return call.send_json("{\"streams\":" + std::to_string(counts.streams().size()) + ",\"chunks\":" +
                        std::to_string(counts.streams().size()) + ",\"entries\":" + std::to_string(counts.entries()) + ",\"bytes\":0}");
}

// Grafana asks what it may ask: of a version that has structured metadata.
base::Status answer_buildinfo(Call& call) {
  return call.send_json(R"({"version":"3.4.0","revision":"logmill","branch":"logmill","buildUser":"","buildDate":"","goVersion":""})");
}

base::Status answer_loki_ready(Call& call) {
  if (!call.service.ingester().ready()) return call.response.send(503, "text/plain; charset=utf-8", "the last commit failed\n");
  return call.response.send(200, "text/plain; charset=utf-8", "ready\n");
}

constexpr std::array<Parameter, 4> kOfLabels{{{"query", "A selector: {service=\"shop\"}."}, kLokiStart, kLokiEnd, kLokiSince}};
constexpr std::array<Parameter, 4> kOfSeries{{{"match[]", "A selector; may be repeated."}, kLokiStart, kLokiEnd, kLokiSince}};

constexpr std::string_view kLabelsPath = "/loki/api/v1/labels", kValuesPath = "/loki/api/v1/label/{name}/values",
                           kSeriesPath = "/loki/api/v1/series", kStatsPath = "/loki/api/v1/index/stats";
constexpr std::string_view kLabelsSummary = "For Grafana: the labels that the latest records have.",
                           kValuesSummary = "For Grafana: the values of a label.", kSeriesSummary = "For Grafana: the streams that match.",
                           kStatsSummary = "For Grafana: how much matches a selector.";

}  // namespace

std::string loki_success(std::string_view data, bool partial) {
  std::string json = "{\"status\":\"success\",\"data\":";
  json += data;
  if (partial) json += R"(,"warnings":["this is not all: the query took too long, or something in the store is damaged"])";
  return json + "}";
}

extern constexpr Endpoint kLokiLabels = loki_search("GET", kLabelsPath, kLabelsSummary, answer_labels, kOfLabels, {kJsonType, "LokiTexts"});
extern constexpr Endpoint kLokiLabelsPost =
    loki_search("POST", kLabelsPath, kLabelsSummary, answer_labels, kOfLabels, {kJsonType, "LokiTexts"});
extern constexpr Endpoint kLokiValues =
    loki_search("GET", kValuesPath, kValuesSummary, answer_label_values, kOfLabels, {kJsonType, "LokiTexts"});
extern constexpr Endpoint kLokiSeries =
    loki_search("GET", kSeriesPath, kSeriesSummary, answer_series, kOfSeries, {kJsonType, "LokiSeries"});
extern constexpr Endpoint kLokiSeriesPost =
    loki_search("POST", kSeriesPath, kSeriesSummary, answer_series, kOfSeries, {kJsonType, "LokiSeries"});
extern constexpr Endpoint kLokiStats =
    loki_search("GET", kStatsPath, kStatsSummary, answer_index_stats, kOfLabels, {kJsonType, "LokiStats"});
extern constexpr Endpoint kLokiBuildinfo{.method = "GET",
                                         .path = "/loki/api/v1/status/buildinfo",
                                         .summary = "For Grafana: which Loki this is like.",
                                         .scope = Scope::none,
                                         .answer = answer_buildinfo,
                                         .dialect = Dialect::loki,
                                         .gives = {kJsonType, "LokiBuildinfo"}};
extern constexpr Endpoint kLokiReady{.method = "GET",
                                     .path = "/ready",
                                     .summary = "For what speaks to Loki: whether records are taken.",
                                     .scope = Scope::none,
                                     .answer = answer_loki_ready,
                                     .dialect = Dialect::loki,
                                     .gives = {kPlainType, "Text"}};

}  // namespace logmill::logserve
