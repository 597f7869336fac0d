#include "logserve/search/query_of.h"

#include <charconv>

#include "query/filter/time_terms.h"
#include "query/language/time_bound.h"
#include "record/fields.h"

namespace logmill::logserve {
namespace {

query::Expr term(std::string_view field, query::Op op, std::string_view value) {
  return query::make_term(
      {.field = std::string(field), .op = op, .values = {{.text = std::string(value), .form = query::Literal::Form::quoted}}});
}

// Each word must be there.
query::Expr all_words(std::string_view text) {
  std::vector<query::Expr> words;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    if (text.empty()) break;
    const std::string_view word = text.substr(0, text.find(' '));
    words.push_back(term({}, query::Op::word, word));
    text.remove_prefix(word.size());
  }
  return words.empty() ? query::Expr{} : query::join(query::Expr::Kind::all_of, std::move(words));
}

base::Status narrow_time(query::Query& query, const Call& call, std::string_view name, query::Op op, const query::Context& context) {
  const auto text = call.request.parameter(name);
  if (!text || text->empty()) return {};
  LOGMILL_ASSIGN_OR_RETURN(const base::TimeNs time, query::parse_time_bound(std::string(name), std::string(*text), context));
  return query.narrow(query::time_term(op, time), context);
}

}  // namespace

query::Context context_of(const Call& call) { return {.now = call.service.io().clock.now(), .utc = true}; }

base::Result<query::Query> query_of(const Call& call) {
  const query::Context context = context_of(call);
  const std::string_view text = call.request.parameter("q").value_or("");
  auto query = query::Query::parse(text.empty() ? "*" : text, context);
  if (!query) return std::move(query).error().with_context("q");
  for (const std::string_view field : {record::kService, record::kLevel, record::kLogId})
    if (const auto value = call.request.parameter(field); value && !value->empty())
      LOGMILL_RETURN_IF_ERROR(query->narrow(term(field, query::Op::equal, *value), context));
  if (const auto words = call.request.parameter("keywords"); words && !words->empty())
    LOGMILL_RETURN_IF_ERROR(query->narrow(all_words(*words), context));
  LOGMILL_RETURN_IF_ERROR(narrow_time(*query, call, "timestamp_from", query::Op::greater_equal, context));
  LOGMILL_RETURN_IF_ERROR(narrow_time(*query, call, "timestamp_to", query::Op::less_equal, context));
  return query;
}

base::Result<std::uint64_t> number_of(const Call& call, std::string_view name, std::uint64_t fallback, std::uint64_t max) {
  const auto text = call.request.parameter(name);
  if (!text || text->empty()) return fallback;
  std::uint64_t number = 0;
  const auto parsed = std::from_chars(text->data(), text->data() + text->size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != text->data() + text->size() || number > max)
    return base::Error{base::ErrorCode::invalid, std::string(name) + ": a whole number up to " + std::to_string(max) + " is expected"};
  return number;
}

}  // namespace logmill::logserve
