#include "logquery/hints.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "logquery/prepare.h"
#include "query/language/quantity.h"
#include "record/fields.h"
#include "text/suggest.h"

namespace logmill::logquery {
namespace {

// "servce: no record has this field; did you mean service?", where records were read at all.
void suggest_fields(const query::Query& query, const Answer& answer, cli::Io& io) {
  if (answer.field_names.empty()) return;
  // Names of a block that was only looked into do not tell what others have.
  const bool all_known = answer.scan.rows_seen > 0 && answer.bytes_sieved == 0;
  std::vector<std::string_view> known(answer.field_names.begin(), answer.field_names.end());
  known.push_back(record::kTimestamp);
  known.push_back(record::kLevel);
  for (const std::string_view field : query.fields()) {
    if (std::ranges::find(known, field) != known.end()) continue;
    const std::string_view near = text::nearest(field, known);
    if (!all_known && near.empty()) continue;
    std::string text = std::string(field) + ": no record that was read has this field";
    if (!near.empty()) text += "; did you mean " + std::string(near) + "?";
    io.reporter.warn("unknown_field", text);
  }
}

// "duration_ms>fast": that may be the reason why nothing was found.
void point_at_texts(const query::Expr& expr, cli::Io& io) {
  for (const query::Expr& child : expr.children) point_at_texts(child, io);
  const query::Term& term = expr.term;
  const bool compares = term.op >= query::Op::less && term.op <= query::Op::greater_equal;
  if (expr.kind != query::Expr::Kind::term || !compares || term.field == record::kTimestamp || term.field == record::kLevel) return;
  const query::Literal& limit = term.values.front();
  if (limit.form != query::Literal::Form::bare || query::parse_quantity(limit.text)) return;
  std::string text;
  query::append_expr(text, expr);
  io.reporter.warn("text_compared", text + ": " + limit.text + " is a text, and numbers are neither before nor after it");
}

// "count by service" searches for three words; "| count by service" is likely what was meant. The first blank of `text` behind which a
// stage begins, with what goes before it left as it is.
void point_at_stage(std::string_view text, const query::Context& context, cli::Io& io) {
  constexpr int kBlanksMax = 50;  // each takes a parse of the whole
  if (text.find('|') != std::string_view::npos) return;
  std::size_t at = 0;
  for (int blanks = 0; at != std::string_view::npos && blanks < kBlanksMax; at = text.find(' ', at + 1), ++blanks) {
    const std::string meant = std::string(text.substr(0, at)) + (at > 0 ? " | " : "| ") + std::string(text.substr(at > 0 ? at + 1 : 0));
    const auto query = query::Query::parse(meant, context);
    if (!query || query->stages().empty()) continue;  // within quotes the | is text
    io.reporter.warn("stage_searched", "no record has these words; did you mean '" + meant + "'?");
    return;
  }
}

}  // namespace

void give_hints(const Options& options, const query::Query& query, const Answer& answer, cli::Io& io) {
  suggest_fields(query, answer, io);
  if (answer.scan.rows_matched > 0) return;
  point_at_texts(query.filter().expr(), io);
  point_at_stage(options.query, context_of(options, io.clock.now()), io);
}

}  // namespace logmill::logquery
