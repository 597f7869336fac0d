// Any text is LogQL or an error that names a column; of lines, what becomes of it is a query of ours that prints back to text which parses
// to the same, or an error.
#include "logserve/loki/logql.h"

#include <cstdint>
#include <cstdlib>

#include "query/query.h"

namespace {

using namespace logmill;

void check_selection(const logserve::LogSelection& logs, const query::Context& context) {
  auto query = query::Query::parse("*", context);
  if (!query) std::abort();
  if (logs.filter.kind != query::Expr::Kind::everything && !query->narrow(logs.filter, context)) return;
  if (!logs.stages.empty() && !query->append(logs.stages, context)) return;
  const std::string text = query->text();
  const auto again = query::Query::parse(text, context);
  if (!again || again->text() != text || !query->goes_on()) std::abort();
}

void check_metric(const logserve::LogMetric& metric, const query::Context& context) {
  if (metric.kind == logserve::LogMetric::Kind::range) {
    if (metric.range_ns <= 0) std::abort();
    check_selection(metric.logs, context);
  }
  for (const logserve::LogMetric& operand : metric.operands) check_metric(operand, context);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const query::Context context{.now = 1'795'256'100 * base::kNsPerSecond, .utc = true};
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parsed = logserve::parse_logql(text, logserve::known_field_of, context);
  if (!parsed) {
    if (parsed.error().what.find("column ") == std::string::npos) std::abort();
    return 0;
  }
  if (parsed->is_metric)
    check_metric(parsed->metric, context);
  else
    check_selection(parsed->logs, context);
  return 0;
}
