#include "logserve/loki/loki_request.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <map>

#include "logserve/search/field_counts.h"
#include "logserve/search/store_search.h"
#include "query/filter/time_terms.h"
#include "record/fields.h"
#include "text/time.h"

namespace logmill::logserve {
namespace {

constexpr std::string_view kFormType = "application/x-www-form-urlencoded";
// Loki, pkg/loghttp/params.go: a step that gives about so many points, of a second at least.
constexpr std::int64_t kStepsUnlessSaid = 250;
// Numbers of so many digits or fewer are seconds.
constexpr std::size_t kSecondsDigits = 10;
// Times lie in the years 1970 to 2223, ranges and steps within ten years: their sums and differences fit 64 bits.
constexpr base::TimeNs kTimeMax = 8'000'000'000 * base::kNsPerSecond;
constexpr double kSecondsMax = 8e9;
constexpr std::int64_t kLengthMax = 3'660 * 86'400 * base::kNsPerSecond;

template <class Number>
std::optional<Number> whole_number(std::string_view text) {
  Number number{};
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::int64_t> seconds_to_ns(std::string_view text) {
  const auto seconds = whole_number<double>(text);
  if (!seconds || !(std::abs(*seconds) <= kSecondsMax)) return std::nullopt;
  // The fraction by itself: together they have more digits than a double.
  const double whole = std::floor(*seconds);
  return static_cast<std::int64_t>(whole) * base::kNsPerSecond + static_cast<std::int64_t>(std::llround((*seconds - whole) * 1e6) * 1'000);
}

std::optional<base::TimeNs> parse_loki_time(std::string_view text) {
  if (text.find_first_not_of("0123456789.") == std::string_view::npos &&
      (text.find('.') != std::string_view::npos || text.size() <= kSecondsDigits))
    return seconds_to_ns(text);
  if (const auto number = whole_number<std::int64_t>(text)) return number;
  return text::parse_rfc3339(text);
}

base::Result<std::int64_t> length_of(std::string_view name, std::string_view text) {
  auto parsed = parse_loki_duration(text);
  if (!parsed) return std::move(parsed).error().with_context(std::string(name));
  return parsed;
}

base::Error wrong(std::string_view name, std::string_view what) {
  return {base::ErrorCode::invalid, std::string(name) + ": " + std::string(what)};
}

}  // namespace

base::Result<LokiRequest> LokiRequest::read(Call& call) {
  http::Parameters form;
  if (call.request.method == "POST" && call.request.header("content-type").starts_with(kFormType)) {
    LOGMILL_ASSIGN_OR_RETURN(form, http::parse_form(call.request.body));
  }
  form.insert(form.end(), call.request.target.parameters.begin(), call.request.target.parameters.end());
  return LokiRequest(call, std::move(form));
}

std::string_view LokiRequest::parameter(std::string_view name) const {
  for (const auto& [key, value] : form_)
    if (key == name) return value;
  return {};
}

std::vector<std::string_view> LokiRequest::all_of(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : form_)
    if (key == name) values.push_back(value);
  return values;
}

base::Result<base::TimeNs> LokiRequest::time(std::string_view name, base::TimeNs fallback) const {
  const std::string_view text = parameter(name);
  if (text.empty()) return fallback;
  const auto time = parse_loki_time(text);
  if (!time || *time < 0 || *time > kTimeMax)
    return wrong(name, "nanoseconds since the epoch, seconds with a fraction, or RFC 3339 is expected");
  return *time;
}

base::Result<LokiSpan> LokiRequest::span(std::int64_t length_ns) const {
  LokiSpan span{};
  const base::TimeNs now = call_->service.io().clock.now();
  LOGMILL_ASSIGN_OR_RETURN(span.end, time("end", now));
  if (const std::string_view since = parameter("since"); !since.empty()) {
    LOGMILL_ASSIGN_OR_RETURN(length_ns, length_of("since", since));
  }
  LOGMILL_ASSIGN_OR_RETURN(span.start, time("start", std::min(span.end, now) - std::min(length_ns, std::min(span.end, now))));
  if (span.end < span.start) return wrong("end", "it lies before start");
  return span;
}

base::Result<std::int64_t> LokiRequest::step(const LokiSpan& span) const {
  const std::string_view text = parameter("step");
  std::int64_t step_ns = 0;
  if (text.empty()) {
    step_ns = std::max<std::int64_t>(1, (span.end - span.start) / kStepsUnlessSaid / base::kNsPerSecond) * base::kNsPerSecond;
  } else if (const auto seconds = seconds_to_ns(text)) {
    step_ns = *seconds;
  } else {
    LOGMILL_ASSIGN_OR_RETURN(step_ns, length_of("step", text));
  }
  if (step_ns < base::kNsPerMs || step_ns > kLengthMax) return wrong("step", "between a millisecond and ten years is expected");
  return step_ns / base::kNsPerMs * base::kNsPerMs;
}

base::Result<std::uint64_t> LokiRequest::number(std::string_view name, std::uint64_t fallback, std::uint64_t max) const {
  const std::string_view text = parameter(name);
  if (text.empty()) return fallback;
  const auto number = whole_number<std::uint64_t>(text);
  if (!number || *number > max) return wrong(name, "a whole number up to " + std::to_string(max) + " is expected");
  return *number;
}

query::Context LokiRequest::context() const { return {.now = call_->service.io().clock.now(), .utc = true}; }

FieldOfLabel LokiRequest::field_of() const {
  return [this, seen = std::map<std::string, std::vector<std::string>, std::less<>>()](std::string_view label,
                                                                                       std::string_view stages) mutable {
    const std::string known = known_field_of(label, stages);
    if (known != label || label == record::kTraceId || label.find('_') == std::string_view::npos) return known;
    auto fields = seen.find(stages);
    if (fields == seen.end()) {
      const auto all = query::Query::parse("*" + std::string(stages.empty() ? "" : " | ") + std::string(stages), context());
      auto latest = all ? latest_fields(*call_, *all) : base::Result<std::vector<std::string>>(all.error());
      fields = seen.emplace(stages, latest ? *std::move(latest) : std::vector<std::string>()).first;
    }
    if (std::ranges::find(fields->second, label) != fields->second.end()) return known;
    const auto dotted = std::ranges::find(fields->second, label, label_of);
    return dotted == fields->second.end() ? known : *dotted;
  };
}

base::Result<std::vector<std::string>> latest_fields(Call& call, const query::Query& query) {
  LOGMILL_ASSIGN_OR_RETURN(const auto search, StoreSearch::open(call, query));
  FieldCounts counts;
  LOGMILL_RETURN_IF_ERROR(search->run_newest(query, kLabelRecords, counts));
  std::vector<std::string> names;
  for (CountedField& field : counts.fields()) names.push_back(std::move(field.name));
  return names;
}

base::Result<query::Query> query_of_selection(const LogSelection& logs, const LokiSpan& span, const query::Context& context) {
  LOGMILL_ASSIGN_OR_RETURN(query::Query query, query::Query::parse("*", context));
  LOGMILL_RETURN_IF_ERROR(query.narrow(query::time_term(query::Op::greater_equal, span.start), context));
  LOGMILL_RETURN_IF_ERROR(query.narrow(query::time_term(query::Op::less, span.end), context));
  if (logs.filter.kind != query::Expr::Kind::everything) LOGMILL_RETURN_IF_ERROR(query.narrow(logs.filter, context));
  if (!logs.stages.empty()) LOGMILL_RETURN_IF_ERROR(query.append(logs.stages, context));
  return query;
}

}  // namespace logmill::logserve
