// GET /loki/api/v1/detected_fields, detected_field/{name}/values, detected_labels, patterns: what Grafana shows beside lines, of the latest
// ones. grafana/grafana, public/app/plugins/datasource/loki/LanguageProvider.ts; grafana/loki, pkg/logproto/logproto.proto (DetectedField),
// docs/sources/reference/loki-http-api.md, "Patterns detection".
#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <map>
#include <memory>
#include <set>

#include "logserve/loki/loki_answer.h"
#include "logserve/loki/loki_request.h"
#include "logserve/search/store_search.h"
#include "query/language/quantity.h"
#include "record/fields.h"
#include "record/json_object.h"
#include "text/json_text.h"
#include "text/units.h"

namespace logmill::logserve {
namespace {

constexpr std::int64_t kDetectedLength = 3'600 * base::kNsPerSecond;  // unless said, as in Loki
constexpr std::uint64_t kDetectedLines = 1'000, kDetectedLinesMax = 5'000;
constexpr std::uint64_t kDetectedFields = 1'000, kDetectedFieldsMax = 5'000;
constexpr std::uint64_t kLokiPatterns = 100;
// Nobody chooses longer values from a list; they are neither listed nor counted.
constexpr std::size_t kListedBytesMax = 1'024;

// How fields are found in lines; the first has those that are there already.
constexpr std::array<std::string_view, 3> kParsers{"", "json", "logfmt"};

// The different values of each field in rows, up to a number of fields.
class FieldValues final : public query::Stage {
 public:
  explicit FieldValues(std::uint64_t fields_max) : fields_max_(fields_max) {}
  base::Status push(const query::Rows& rows) override {
    for (const std::string_view field : rows.table.field_names()) {
      LOGMILL_ASSIGN_OR_RETURN(const query::ColumnView column, rows.table.field(field));
      for (const std::uint32_t row : rows.selected) add(field, column.at(row));
    }
    return {};
  }
  base::Status finish() override { return {}; }
  bool satisfied() const override { return false; }

  struct Values {
    std::set<std::string> texts;
    std::set<std::string_view> types;
  };
  const std::map<std::string, Values, std::less<>>& fields() const { return fields_; }

 private:
  void add(std::string_view field, const record::Value& value) {
    if (value.kind() <= record::Kind::null) return;
    auto found = fields_.find(field);
    if (found == fields_.end() && fields_.size() == fields_max_) return;
    if (found == fields_.end()) found = fields_.try_emplace(std::string(field)).first;
    std::string text;
    record::append_plain(text, value);
    if (text.size() > kListedBytesMax) return void(found->second.types.insert("string"));
    found->second.types.insert(type_of(value, text));
    found->second.texts.insert(std::move(text));
  }

  static std::string_view type_of(const record::Value& value, const std::string& text) {
    switch (value.kind()) {
      case record::Kind::integer: return "int";
      case record::Kind::decimal:
      case record::Kind::real: return "float";
      case record::Kind::boolean: return "boolean";
      default: break;
    }
    if (text == "true" || text == "false") return "boolean";
    if (const auto number = query::parse_number(text)) return std::floor(*number) == *number ? "int" : "float";
    if (text.empty() || text.front() < '0' || text.front() > '9') return "string";
    if (text::parse_duration(text)) return "duration";
    return text::parse_size(text) ? "bytes" : "string";
  }

  const std::uint64_t fields_max_;
  std::map<std::string, Values, std::less<>> fields_;
};

std::string_view type_of_all(const std::set<std::string_view>& types) {
  if (types.size() == 1) return *types.begin();
  const bool numbers = std::ranges::all_of(types, [](std::string_view type) { return type == "int" || type == "float"; });
  return numbers ? "float" : "string";
}

bool is_detected(std::string_view field) {
  const bool of_the_line = field == record::kTimestamp || field == record::kMessage || field == record::kRaw;
  return !of_the_line && std::ranges::find(kStreamLabels, field) == kStreamLabels.end();
}

// The same rows by each of kParsers.
class ParsedValues final : public query::Stage {
 public:
  static base::Result<std::unique_ptr<ParsedValues>> make(std::uint64_t fields_max, const query::Context& context) {
    std::unique_ptr<ParsedValues> values(new ParsedValues(fields_max));
    for (std::size_t i = 1; i < kParsers.size(); ++i) {
      LOGMILL_ASSIGN_OR_RETURN(query::Query parser, query::Query::parse("* | " + std::string(kParsers[i]) + " keep", context));
      const query::Query& held = values->queries_.emplace_back(std::move(parser));
      values->parsers_.push_back(held.stages().front()->start(values->found_[i], query::Workspace::unbounded()));
    }
    return values;
  }
  base::Status push(const query::Rows& rows) override {
    LOGMILL_RETURN_IF_ERROR(found_.front().push(rows));
    for (const auto& parser : parsers_) LOGMILL_RETURN_IF_ERROR(parser->push(rows));
    return {};
  }
  base::Status finish() override { return {}; }
  bool satisfied() const override { return false; }

  // Of kParsers[i].
  const FieldValues& of(std::size_t i) const { return found_[i]; }

 private:
  explicit ParsedValues(std::uint64_t fields_max) : found_(kParsers.size(), FieldValues(fields_max)) {}

  std::vector<FieldValues> found_;
  std::deque<query::Query> queries_;
  std::vector<std::unique_ptr<query::Stage>> parsers_;  // all but the first
};

struct Detection {
  std::uint64_t lines, fields;
  LogSelection logs;
  LokiSpan span;

  static base::Result<Detection> of(const LokiRequest& request) {
    Detection detection{};
    LOGMILL_ASSIGN_OR_RETURN(detection.lines, request.number("line_limit", kDetectedLines, kDetectedLinesMax));
    LOGMILL_ASSIGN_OR_RETURN(detection.fields, request.limit(kDetectedFields, kDetectedFieldsMax));
    LOGMILL_ASSIGN_OR_RETURN(detection.span, request.span(kDetectedLength));
    const std::string_view text = request.parameter("query");
    if (text.empty()) return detection;
    LOGMILL_ASSIGN_OR_RETURN(LogQl query, parse_logql(text, request.field_of(), request.context()));
    if (query.is_metric) return base::Error{base::ErrorCode::invalid, "query: lines have fields, not a metric"};
    detection.logs = std::move(query.logs);
    return detection;
  }

  // The fields of the latest lines, up to `fields_max` by each parser.
  base::Result<std::unique_ptr<ParsedValues>> look(Call& call, const query::Context& context, std::uint64_t fields_max) const {
    LOGMILL_ASSIGN_OR_RETURN(auto values, ParsedValues::make(fields_max, context));
    LOGMILL_ASSIGN_OR_RETURN(const query::Query query, query_of_selection(logs, span, context));
    LOGMILL_ASSIGN_OR_RETURN(const auto search, StoreSearch::open(call, query));
    if (lines > 0) LOGMILL_RETURN_IF_ERROR(search->run_newest(query, lines, *values));
    return values;
  }
};

std::string json_of_path(std::string_view field) {
  std::string json = "[";
  while (true) {
    const std::string_view part = field.substr(0, field.find('.'));
    text::append_json_string(json, part);
    if (part.size() == field.size()) return json + "]";
    field.remove_prefix(part.size() + 1);
    json += ',';
  }
}

std::string json_of_field(const std::string& field, const FieldValues::Values& values, std::string_view parser) {
  text::JsonText json;
  json.text("label", label_of(field)).text("type", type_of_all(values.types));
  json.integer("cardinality", static_cast<std::int64_t>(values.texts.size()));
  json.raw("parsers", parser.empty() ? "null" : "[\"" + std::string(parser) + "\"]");
  if (parser == "json") json.raw("jsonPath", json_of_path(field));
  return json.end();
}

// Loki has no "status" around these.
base::Status answer_detected_fields(Call& call) {
  LOGMILL_ASSIGN_OR_RETURN(const LokiRequest request, LokiRequest::read(call));
  LOGMILL_ASSIGN_OR_RETURN(const Detection detection, Detection::of(request));
  std::vector<std::string> fields;
  std::set<std::string, std::less<>> seen;
  // Beside those that are not shown: of the streams, the time and the line.
  LOGMILL_ASSIGN_OR_RETURN(const auto values, detection.look(call, request.context(), detection.fields + kStreamLabels.size() + 2));
  for (std::size_t i = 0; i < kParsers.size(); ++i)
    for (const auto& [field, of_field] : values->of(i).fields())
      if (is_detected(field) && seen.insert(field).second && fields.size() < detection.fields)
        fields.push_back(json_of_field(field, of_field, kParsers[i]));
  const std::string list = text::json_list(fields, [](const std::string& field) { return field; });
  return call.send_json(text::JsonText().raw("fields", list).integer("limit", static_cast<std::int64_t>(detection.fields)).end());
}

base::Status answer_detected_values(Call& call) {
  LOGMILL_ASSIGN_OR_RETURN(const LokiRequest request, LokiRequest::read(call));
  LOGMILL_ASSIGN_OR_RETURN(const Detection detection, Detection::of(request));
  std::set<std::string> texts;
  LOGMILL_ASSIGN_OR_RETURN(const auto values, detection.look(call, request.context(), kDetectedFieldsMax));
  for (std::size_t i = 0; i < kParsers.size() && texts.empty(); ++i)
    for (const auto& [field, of_field] : values->of(i).fields())
      if (label_of(field) == call.part) texts.insert(of_field.texts.begin(), of_field.texts.end());
  std::string list = "[";
  std::uint64_t listed = 0;
  for (const std::string& text : texts) {
    if (listed++ == detection.fields) break;
    list += listed > 1 ? "," : "";
    text::append_json_string(list, text);
  }
  return call.send_json(text::JsonText().raw("values", list + "]").integer("limit", static_cast<std::int64_t>(detection.fields)).end());
}

// Of the labels that make the streams.
base::Status answer_detected_labels(Call& call) {
  LOGMILL_ASSIGN_OR_RETURN(const LokiRequest request, LokiRequest::read(call));
  LOGMILL_ASSIGN_OR_RETURN(const Detection detection, Detection::of(request));
  LOGMILL_ASSIGN_OR_RETURN(query::Query query, query_of_selection(detection.logs, detection.span, request.context()));
  // A result may not be called level.
  constexpr std::string_view kPrefix = "values_";
  std::string stage = "stats ";
  for (const std::string_view label : kStreamLabels) {
    if (label != kStreamLabels.front()) stage += ", ";
    stage.append("distinct(").append(label).append(") as ").append(kPrefix).append(label);
  }
  LOGMILL_RETURN_IF_ERROR(query.append(stage, request.context()));
  LOGMILL_ASSIGN_OR_RETURN(const auto search, StoreSearch::open(call, query));
  FieldValues counts(kStreamLabels.size() + 1);
  LOGMILL_RETURN_IF_ERROR(search->run(query, counts));
  std::vector<std::string> labels;
  for (const auto& [field, values] : counts.fields()) {
    const std::string& count = *values.texts.begin();
    if (count != "0") labels.push_back(text::JsonText().text("label", field.substr(kPrefix.size())).raw("cardinality", count).end());
  }
  return call.send_json(
      text::JsonText().raw("detectedLabels", text::json_list(labels, [](const std::string& label) { return label; })).end());
}

// The rows of our stage `patterns`.
class PatternRows final : public query::Stage {
 public:
  explicit PatternRows(base::TimeNs time) : time_(time) {}
  base::Status push(const query::Rows& rows) override {
    LOGMILL_ASSIGN_OR_RETURN(const auto patterns, rows.table.field("pattern"));
    LOGMILL_ASSIGN_OR_RETURN(const auto counts, rows.table.field("count"));
    for (const std::uint32_t row : rows.selected) {
      std::string pattern(patterns.at(row).text());
      for (std::size_t at = 0; (at = pattern.find("<*>", at)) != std::string::npos;) pattern.replace(at, 3, "<_>");
      const std::string sample = std::to_string(time_ / base::kNsPerSecond) + "," + std::to_string(counts.at(row).integer());
      patterns_.push_back(text::JsonText().text("pattern", pattern).raw("samples", "[[" + sample + "]]").end());
    }
    return {};
  }
  base::Status finish() override { return {}; }
  bool satisfied() const override { return false; }
  const std::vector<std::string>& patterns() const { return patterns_; }

 private:
  const base::TimeNs time_;
  std::vector<std::string> patterns_;
};

// Our patterns have no times: each has one sample, at the start.
base::Status answer_patterns(Call& call) {
  LOGMILL_ASSIGN_OR_RETURN(const LokiRequest request, LokiRequest::read(call));
  LOGMILL_ASSIGN_OR_RETURN(const Detection detection, Detection::of(request));
  LOGMILL_ASSIGN_OR_RETURN(query::Query query, query_of_selection(detection.logs, detection.span, request.context()));
  LOGMILL_RETURN_IF_ERROR(query.append("patterns " + std::to_string(kLokiPatterns), request.context()));
  LOGMILL_ASSIGN_OR_RETURN(const auto search, StoreSearch::open(call, query));
  PatternRows rows(detection.span.start);
  LOGMILL_RETURN_IF_ERROR(search->run(query, rows));
  return call.send_json(
      loki_success(text::json_list(rows.patterns(), [](const std::string& pattern) { return pattern; }), search->partial()));
}

constexpr std::array<Parameter, 6> kOfDetected{
    {{"query", "LogQL: lines."},
     kLokiStart,
     kLokiEnd,
     kLokiSince,
     {"line_limit", "How many of the latest lines are looked at; 1000 unless said, 5000 at most."},
     {"limit", "How many fields or values; 1000 unless said, 5000 at most."}}};
constexpr std::array<Parameter, 4> kOfSpanOnly{{{"query", "A selector: {service=\"shop\"}."}, kLokiStart, kLokiEnd, kLokiSince}};
constexpr std::array<Parameter, 5> kOfPatterns{
    {{"query", "LogQL: lines."}, kLokiStart, kLokiEnd, kLokiSince, {"step", "Not looked at: each pattern has one sample."}}};

}  // namespace

extern constexpr Endpoint kLokiFields =
    loki_search("GET", "/loki/api/v1/detected_fields", "For Grafana: the fields that the latest lines have, or hold.",
                answer_detected_fields, kOfDetected, {kJsonType, "LokiFields"});
extern constexpr Endpoint kLokiFieldValues =
    loki_search("GET", "/loki/api/v1/detected_field/{name}/values", "For Grafana: the values of one of these.", answer_detected_values,
                kOfDetected, {kJsonType, "LokiFieldValues"});
extern constexpr Endpoint kLokiDetectedLabels =
    loki_search("GET", "/loki/api/v1/detected_labels", "For Grafana: the labels of the streams, and how many values each has.",
                answer_detected_labels, kOfSpanOnly, {kJsonType, "LokiDetectedLabels"});
extern constexpr Endpoint kLokiPatternList = loki_search("GET", "/loki/api/v1/patterns", "For Grafana: the shapes that lines have.",
                                                         answer_patterns, kOfPatterns, {kJsonType, "LokiPatterns"});

}  // namespace logmill::logserve
