// What clients send in headers and parameters: what is taken says the same when it is written again, and leads to nothing that was not
// asked for. The first byte says of which kind the text is.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "http/request.h"
#include "logserve/service/access.h"
#include "logserve/elastic/elastic_banner.h"
#include "logserve/service/feed_cursor.h"
#include "logserve/loki/logql.h"
#include "logserve/loki/logql_pattern.h"
#include "logserve/loki/logql_template.h"
#include "logserve/search/page_token.h"
#include "query/query.h"
#include "record/log_id.h"

namespace {

using namespace logmill;

constexpr query::Context kContext{.now = 1'795'256'100 * base::kNsPerSecond, .utc = true};

void check_page_token(std::string_view text) {
  const auto token = logserve::PageToken::parse(text);
  if (!token) return;
  const auto again = logserve::PageToken::parse(token->text());
  if (!again || *again != *token) std::abort();
}

// Last-Event-ID
void check_cursors(std::string_view text) {
  for (std::size_t stores = 1; stores < 4; ++stores) {
    const auto cursors = logserve::parse_cursors(text, stores);
    if (!cursors) continue;
    const std::string written = logserve::format_cursors(*cursors);
    const auto again = logserve::parse_cursors(written, stores);
    if (!again || logserve::format_cursors(*again) != written) std::abort();
    if (written.find_first_of("\r\n") != std::string::npos) std::abort();
  }
}

// Whoever does not know a token is nobody.
void check_authorization(std::string_view text) {
  static const std::string kSecret(32, 's');
  static const auto access = logserve::Access::parse("one " + kSecret + " read\n", "tokens");
  if (!access) std::abort();
  const bool may_know = text.find("ssss") != std::string_view::npos || text.find("c3Nz") != std::string_view::npos ||
                        text.find("Nzc3") != std::string_view::npos || text.find("zc3N") != std::string_view::npos;
  if (access->find(text) != nullptr && !may_know) std::abort();
}

// Accept, and X-Loki-Response-Encoding-Flags beside it.
void check_accept(std::string_view text) {
  http::Request request;
  request.headers = {{"accept", std::string(text)}};
  if (logserve::wants_elastic_banner(request) && text.find("text/html") != std::string_view::npos) std::abort();
}

// An id is the one of a record, or a text like others: it never makes a query that cannot be asked.
void check_log_id(std::string_view text) {
  query::Expr expr = query::make_term(
      {.field = "log_id", .op = query::Op::equal, .values = {{.text = std::string(text), .form = query::Literal::Form::quoted}}});
  auto query = query::Query::parse("*", kContext);
  if (!query || !query->narrow(std::move(expr), kContext)) std::abort();
  const auto again = query::Query::parse(query->text(), kContext);
  if (!again || again->text() != query->text()) std::abort();
}

// What is made of it is a stage of ours.
void check_pattern(std::string_view text) {
  for (const auto& make : {logserve::regex_of_pattern, logserve::regex_of_line_pattern}) {
    const auto regex = make(text);
    if (!regex) continue;
    std::string stage = "* | extract ";
    query::append_literal(stage, {.text = *regex, .form = query::Literal::Form::regex});
    // One without places, and one that is too large, is refused there.
    if (const auto query = query::Query::parse(stage, kContext); query && query->text().empty()) std::abort();
  }
}

void check_template(std::string_view text) {
  const auto expression = logserve::expression_of_template(text, [](std::string_view label) { return std::string(label); });
  if (!expression) return;
  const auto query = query::Query::parse("* | let line=" + *expression, kContext);
  if (!query) return;  // too deep
  const auto again = query::Query::parse(query->text(), kContext);
  if (!again || again->text() != query->text()) std::abort();
}

void check_duration(std::string_view text) {
  const auto duration = logserve::parse_loki_duration(text);
  if (duration && *duration > 3'661 * base::kNsPerDay) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0]) {
    case 't': check_page_token(text); break;
    case 'c': check_cursors(text); break;
    case 'a': check_authorization(text); break;
    case 'h': check_accept(text); break;
    case 'i': check_log_id(text); break;
    case 'p': check_pattern(text); break;
    case 'l': check_template(text); break;
    default: check_duration(text);
  }
  return 0;
}
