// LogQL, the query language of Grafana Loki, as a tree whose leaves are queries of ours.
// Language: grafana/loki, docs/sources/query/log_queries and metric_queries. What of it is understood: logserve(1), "Loki".
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "query/filter/ast.h"
#include "query/language/context.h"

namespace logmill::logserve {

// {service="shop"} |= "paid" | json | status>=500
struct LogSelection {
  query::Expr filter;
  std::string stages;  // "json keep | where status>=500"; empty: none
  // As the selector has them.
  std::vector<std::string> labels;
  std::vector<std::pair<std::string, std::string>> equal;  // those that are to be equal to a text
};

struct LogMetric {
  enum class Kind : std::uint8_t { number, range, aggregate, binary, relabel };
  Kind kind = Kind::number;

  double number = 0;
  bool is_vector = false;  // vector(1): a series without labels

  std::string function;  // "count_over_time", "sum", "+", ">=", "unless"
  LogSelection logs;     // of a range
  std::int64_t range_ns = 0, offset_ns = 0;
  std::string unwrapped;  // an expression of ours; empty: entries are counted
  double parameter = 0;   // of quantile_over_time, topk, bottomk

  enum class Grouping : std::uint8_t { none, by, without };
  Grouping grouping = Grouping::none;  // of a binary operator: on, ignoring
  std::vector<std::string> labels;     // as they were written
  // Of a binary operator: the side with several series for one of the other, whose `from_one` labels they get.
  enum class Many : std::uint8_t { neither, left, right };
  Many many = Many::neither;
  std::vector<std::string> from_one;
  bool gives_bool = false;          // of a comparison: 0 or 1, nothing is left out
  std::vector<LogMetric> operands;  // one of an aggregate and of a relabel, two of a binary operator

  // Of label_replace.
  std::string label, replacement, from_label, regex;
};

struct LogQl {
  bool is_metric = false;
  LogSelection logs;
  LogMetric metric;
};

// The field that a label stands for behind some stages: Loki's names have no dots, ours may; and what a record has already keeps its name
// where a line is parsed.
using FieldOfLabel = std::function<std::string(std::string_view label, std::string_view stages)>;

// Fails with invalid, naming the column, for what is no LogQL, and for what is not understood of it.
base::Result<LogQl> parse_logql(std::string_view text, const FieldOfLabel& field_of, const query::Context& context);
// The same of a selector alone: {service="shop"}.
base::Result<LogSelection> parse_selector(std::string_view text, const FieldOfLabel& field_of, const query::Context& context);

// The message in a line that is JSON or logfmt: `message` is the line itself.
inline constexpr std::string_view kParsedMessage = "message_extracted";

// "status.code" as Loki would write it: status_code.
std::string label_of(std::string_view field);
// Without asking the store: those that Loki's clients know under other names (service_name, detected_level).
std::string known_field_of(std::string_view label, std::string_view stages);
// Whether one of the stages parses lines.
bool parses_lines(std::string_view stages);

// "5m", "1h30m", "1.5s", as LogQL has them; up to ten years.
base::Result<std::int64_t> parse_loki_duration(std::string_view text);

}  // namespace logmill::logserve
