#include "logserve/loki/logql.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "logserve/loki/logql_lexer.h"
#include "logserve/loki/logql_selection.h"
#include "query/language/rewrite.h"
#include "record/fields.h"
#include "record/known_names.h"
#include "text/units.h"

namespace logmill::logserve {
namespace {

constexpr std::array kRangeFunctions = std::to_array<std::string_view>(
    {"count_over_time", "rate", "bytes_over_time", "bytes_rate", "absent_over_time", "sum_over_time", "avg_over_time", "min_over_time",
     "max_over_time", "first_over_time", "last_over_time", "stddev_over_time", "stdvar_over_time", "quantile_over_time", "rate_counter"});
// Of these, the ones that look at lines only.
constexpr std::array kOfLines = std::to_array<std::string_view>({"count_over_time", "bytes_over_time", "bytes_rate", "absent_over_time"});
constexpr std::array kAggregates = std::to_array<std::string_view>(
    {"sum", "avg", "min", "max", "count", "stddev", "stdvar", "topk", "bottomk", "approx_topk", "sort", "sort_desc"});
// Of LogQL as well, but not understood: named in messages.
constexpr std::array kOtherFunctions = std::to_array<std::string_view>({"variants"});

// As in Prometheus: what binds weakest first.
struct BinaryOperator {
  std::string_view symbol;
  int precedence;
};
constexpr std::array kBinaryOperators = std::to_array<BinaryOperator>({{"or", 1},
                                                                       {"and", 2},
                                                                       {"unless", 2},
                                                                       {"==", 3},
                                                                       {"!=", 3},
                                                                       {">=", 3},
                                                                       {"<=", 3},
                                                                       {">", 3},
                                                                       {"<", 3},
                                                                       {"+", 4},
                                                                       {"-", 4},
                                                                       {"*", 5},
                                                                       {"/", 5},
                                                                       {"%", 5},
                                                                       {"^", 6}});
constexpr int kSetPrecedenceMax = 2, kComparison = 3;

// Each is a search of its own, with a time of its own.
constexpr int kRangesMax = 10;
// Sums with times of these centuries fit 64 bits.
constexpr std::int64_t kDurationMax = 3'660 * 86'400 * base::kNsPerSecond;

template <std::size_t N>
bool lists_word(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

class LogQlParser {
 public:
  LogQlParser(std::string_view text, const FieldOfLabel& field_of, const query::Context& context)
      : lexer_(text), selection_(lexer_, field_of, context) {}

  base::Result<LogQl> parse() {
    LogQl query;
    if (lexer_.peek() == '{') {
      LOGMILL_RETURN_IF_ERROR(take_logs(query.logs, nullptr));
    } else {
      query.is_metric = true;
      LOGMILL_ASSIGN_OR_RETURN(query.metric, take_sum(0, 0));
    }
    if (!lexer_.at_end()) return lexer_.error("the end is expected here");
    return query;
  }

  base::Result<LogSelection> parse_selector_alone() {
    LogSelection logs;
    LOGMILL_ASSIGN_OR_RETURN(logs.filter, selection_.take_selector(logs));
    if (!lexer_.at_end()) return lexer_.error("the end is expected here: a selector stands alone");
    return logs;
  }

 private:
  // A selector and its pipeline; of a range (`metric`), with its [5m].
  base::Status take_logs(LogSelection& logs, LogMetric* metric) {
    if (metric != nullptr && lexer_.take("(")) {
      if (++parentheses_ > kLogQlDepthMax) return lexer_.error("too many parentheses in one another");
      LOGMILL_RETURN_IF_ERROR(take_logs(logs, metric));
      if (!lexer_.take(")")) return lexer_.error("a ) is expected");
      return metric->range_ns > 0 ? base::Status() : take_range(*metric);
    }
    LOGMILL_ASSIGN_OR_RETURN(logs.filter, selection_.take_selector(logs));
    std::string unwrapped;
    if (metric != nullptr && lexer_.peek() == '[') LOGMILL_RETURN_IF_ERROR(take_range(*metric));
    LOGMILL_RETURN_IF_ERROR(selection_.take_pipeline(logs, unwrapped));
    if (metric == nullptr) return unwrapped.empty() ? base::Status() : base::Status(lexer_.error("unwrap is for metrics"));
    metric->unwrapped = std::move(unwrapped);
    return metric->range_ns > 0 || lexer_.peek() == ')' ? base::Status() : take_range(*metric);
  }

  base::Status take_range(LogMetric& metric) {
    if (!lexer_.take("[")) return lexer_.error("a range is expected: [5m]");
    LOGMILL_ASSIGN_OR_RETURN(metric.range_ns, take_duration());
    if (metric.range_ns <= 0) return lexer_.error("a range is longer than nothing");
    if (!lexer_.take("]")) return lexer_.error("a ] is expected");
    if (!lexer_.take_word("offset")) return {};
    const bool ahead = lexer_.take("-");
    LOGMILL_ASSIGN_OR_RETURN(metric.offset_ns, take_duration());
    if (ahead) metric.offset_ns = -metric.offset_ns;
    return {};
  }

  base::Result<std::int64_t> take_duration() {
    auto duration = parse_loki_duration(lexer_.take_quantity());
    if (!duration) return lexer_.error(duration.error().what);
    return duration;
  }

  // nullptr: none comes next.
  const BinaryOperator* next_operator() {
    const std::string_view word = lexer_.next_word();
    for (const BinaryOperator& op : kBinaryOperators)
      if (word.empty() ? lexer_.next_is(op.symbol) : word == op.symbol) return &op;
    return nullptr;
  }

  // Operators that bind at least so strongly; ^ from the right.
  base::Result<LogMetric> take_sum(int least, int depth) {
    if (depth > kLogQlDepthMax) return lexer_.error("too deep");
    LOGMILL_ASSIGN_OR_RETURN(LogMetric left, take_operand(depth));
    while (const BinaryOperator* const op = next_operator()) {
      if (op->precedence < least) break;
      if (++operators_ > kLogQlDepthMax) return lexer_.error("too many operators");
      LogMetric both;
      both.kind = LogMetric::Kind::binary;
      both.function = op->symbol;
      lexer_.take(op->symbol);
      LOGMILL_RETURN_IF_ERROR(take_matching(both, *op));
      LOGMILL_ASSIGN_OR_RETURN(LogMetric right, take_sum(op->precedence + (op->symbol == "^" ? 0 : 1), depth + 1));
      LOGMILL_RETURN_IF_ERROR(check_operands(both, *op, left, right));
      both.operands.push_back(std::move(left));
      both.operands.push_back(std::move(right));
      left = std::move(both);
    }
    return left;
  }

  // Behind an operator: bool, on (…), ignoring (…), group_left (…), group_right (…).
  base::Status take_matching(LogMetric& both, const BinaryOperator& op) {
    both.gives_bool = op.precedence == kComparison && lexer_.take_word("bool");
    const bool on = lexer_.take_word("on");
    if (!on && !lexer_.take_word("ignoring")) return {};
    both.grouping = on ? LogMetric::Grouping::by : LogMetric::Grouping::without;
    LOGMILL_RETURN_IF_ERROR(take_label_list(both.labels));
    const std::string word(lexer_.next_word());
    if (word != "group_left" && word != "group_right") return {};
    if (op.precedence <= kSetPrecedenceMax) return lexer_.error(word + " is not of " + both.function);
    lexer_.skip_word();
    both.many = word == "group_left" ? LogMetric::Many::left : LogMetric::Many::right;
    if (lexer_.peek() != '(') return {};
    return take_label_list(both.from_one);
  }

  static bool is_plain_number(const LogMetric& metric) {
    if (metric.kind == LogMetric::Kind::number) return !metric.is_vector;
    return metric.kind == LogMetric::Kind::binary && std::ranges::all_of(metric.operands, is_plain_number);
  }
  base::Status check_operands(const LogMetric& both, const BinaryOperator& op, const LogMetric& left, const LogMetric& right) {
    const int numbers = is_plain_number(left) + is_plain_number(right);
    if (numbers > 0 && op.precedence <= kSetPrecedenceMax) return lexer_.error(both.function + " stands between series, not numbers");
    if (numbers > 0 && both.grouping != LogMetric::Grouping::none) return lexer_.error("on and ignoring are of series, not of numbers");
    if (numbers == 2 && op.precedence == kComparison && !both.gives_bool) return lexer_.error("two numbers are compared with bool");
    return {};
  }

  base::Result<LogMetric> take_operand(int depth) {
    LogMetric metric;
    const bool minus = lexer_.take("-");
    if (const std::string_view digits = lexer_.take_quantity(); !digits.empty()) {
      const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), metric.number);
      if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) return lexer_.error("a number is expected");
      if (minus) metric.number = -metric.number;
      return metric;
    }
    if (minus) return lexer_.error("a number is expected");
    if (lexer_.take("(")) {
      LOGMILL_ASSIGN_OR_RETURN(metric, take_sum(0, depth + 1));
      if (!lexer_.take(")")) return lexer_.error("a ) is expected");
      return metric;
    }
    const std::string_view word = lexer_.next_word();
    if (lists_word(kOtherFunctions, word)) return lexer_.error("the function " + std::string(word) + " is not understood here");
    const bool is_range = lists_word(kRangeFunctions, word), is_aggregate = lists_word(kAggregates, word);
    if (word == "label_replace") return take_relabel(depth);
    if (word != "vector" && !is_range && !is_aggregate)
      return lexer_.error(lexer_.peek() == '{' ? "a selector gives lines, and no metric"
                                               : "a selector {…}, a function or a number is expected");
    metric.function = word;
    lexer_.skip_word();
    if (word == "vector") return take_vector(std::move(metric));
    return is_range ? take_range_function(std::move(metric)) : take_aggregate(std::move(metric), depth);
  }

  base::Result<LogMetric> take_vector(LogMetric metric) {
    metric.is_vector = true;
    if (!lexer_.take("(")) return lexer_.error("a ( is expected");
    LOGMILL_ASSIGN_OR_RETURN(metric.number, take_number());
    if (!lexer_.take(")")) return lexer_.error("a ) is expected");
    return metric;
  }

  base::Result<double> take_number() {
    const bool minus = lexer_.take("-");
    const std::string_view digits = lexer_.take_quantity();
    double number = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (digits.empty() || parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size())
      return lexer_.error("a number is expected");
    return minus ? -number : number;
  }

  base::Result<LogMetric> take_range_function(LogMetric metric) {
    if (++ranges_ > kRangesMax) return lexer_.error("more than " + std::to_string(kRangesMax) + " ranges in a query");
    metric.kind = LogMetric::Kind::range;
    if (!lexer_.take("(")) return lexer_.error("a ( is expected");
    if (metric.function == "quantile_over_time") {
      LOGMILL_ASSIGN_OR_RETURN(metric.parameter, take_number());
      if (metric.parameter < 0 || metric.parameter > 1) return lexer_.error("a quantile lies between 0 and 1");
      if (metric.parameter == 0) metric.function = "min_over_time";
      if (metric.parameter == 1) metric.function = "max_over_time";
      if (!lexer_.take(",")) return lexer_.error("a comma is expected");
    }
    LOGMILL_RETURN_IF_ERROR(take_logs(metric.logs, &metric));
    if (metric.range_ns == 0) return lexer_.error("a range is expected: [5m]");
    if (!lexer_.take(")")) return lexer_.error("a ) is expected");
    const bool counts = lists_word(kOfLines, metric.function);
    if (counts && !metric.unwrapped.empty()) return lexer_.error(metric.function + " counts lines, and takes no unwrap");
    if (!counts && metric.function != "rate" && metric.unwrapped.empty()) return lexer_.error(metric.function + " needs an unwrap");
    LOGMILL_RETURN_IF_ERROR(take_grouping(metric));
    return metric;
  }

  base::Result<LogMetric> take_aggregate(LogMetric metric, int depth) {
    metric.kind = LogMetric::Kind::aggregate;
    LOGMILL_RETURN_IF_ERROR(take_grouping(metric));
    if (!lexer_.take("(")) return lexer_.error("a ( is expected");
    if (metric.function == "approx_topk") metric.function = "topk";  // which is exact
    if (metric.function == "topk" || metric.function == "bottomk") {
      LOGMILL_ASSIGN_OR_RETURN(metric.parameter, take_number());
      if (!lexer_.take(",")) return lexer_.error("a comma is expected");
    }
    LOGMILL_ASSIGN_OR_RETURN(LogMetric operand, take_sum(0, depth + 1));
    if (is_plain_number(operand)) return lexer_.error(metric.function + " is of series, not of a number");
    metric.operands.push_back(std::move(operand));
    if (!lexer_.take(")")) return lexer_.error("a ) is expected");
    if (metric.grouping == LogMetric::Grouping::none) LOGMILL_RETURN_IF_ERROR(take_grouping(metric));
    return metric;
  }

  // label_replace(series, "label", "replacement", "from", "regex")
  base::Result<LogMetric> take_relabel(int depth) {
    LogMetric metric;
    metric.kind = LogMetric::Kind::relabel;
    metric.function = "label_replace";
    lexer_.skip_word();
    if (!lexer_.take("(")) return lexer_.error("a ( is expected");
    LOGMILL_ASSIGN_OR_RETURN(LogMetric operand, take_sum(0, depth + 1));
    if (is_plain_number(operand)) return lexer_.error("label_replace is of series, not of a number");
    metric.operands.push_back(std::move(operand));
    for (std::string* const text : {&metric.label, &metric.replacement, &metric.from_label, &metric.regex}) {
      if (!lexer_.take(",")) return lexer_.error("a comma is expected");
      LOGMILL_ASSIGN_OR_RETURN(*text, lexer_.take_string());
      if (text == &metric.label && (text->empty() || label_of(*text) != *text)) return lexer_.error("this can be no name of a label");
    }
    if (const auto rewrite = query::Rewrite::make(metric.regex, metric.replacement); !rewrite) return lexer_.error(rewrite.error().what);
    if (!lexer_.take(")")) return lexer_.error("a ) is expected");
    return metric;
  }

  base::Status take_grouping(LogMetric& metric) {
    const bool by = lexer_.take_word("by");
    if (!by && !lexer_.take_word("without")) return {};
    metric.grouping = by ? LogMetric::Grouping::by : LogMetric::Grouping::without;
    if (metric.function.starts_with("sort")) return lexer_.error("sort takes no labels");
    if (metric.function == "absent_over_time") return lexer_.error("absent_over_time takes no labels");
    return take_label_list(metric.labels);
  }

  base::Status take_label_list(std::vector<std::string>& labels) {
    if (!lexer_.take("(")) return lexer_.error("a ( is expected");
    while (!lexer_.take(")")) {
      if (!labels.empty() && !lexer_.take(",")) return lexer_.error("a comma or ) is expected");
      const std::string_view label = lexer_.next_word();
      if (label.empty()) return lexer_.error("the name of a label is expected");
      labels.emplace_back(label);
      lexer_.skip_word();
    }
    return {};
  }

  LogQlLexer lexer_;
  SelectionParser selection_;
  int parentheses_ = 0, operators_ = 0, ranges_ = 0;
};

}  // namespace

base::Result<LogQl> parse_logql(std::string_view text, const FieldOfLabel& field_of, const query::Context& context) {
  return LogQlParser(text, field_of, context).parse();
}

base::Result<LogSelection> parse_selector(std::string_view text, const FieldOfLabel& field_of, const query::Context& context) {
  return LogQlParser(text, field_of, context).parse_selector_alone();
}

std::string label_of(std::string_view field) {
  std::string label(field == kParsedMessage ? record::kMessage : field);
  for (char& c : label)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_')) c = '_';
  if (!label.empty() && label.front() >= '0' && label.front() <= '9') label.insert(0, "_");
  return label;
}

bool parses_lines(std::string_view stages) {
  return stages.find("json keep") != std::string_view::npos || stages.find("logfmt keep") != std::string_view::npos;
}

std::string known_field_of(std::string_view label, std::string_view stages) {
  if (label == "service_name") return std::string(record::kService);
  if (label == "detected_level") return std::string(record::kLevel);
  if (!parses_lines(stages)) return std::string(label);
  switch (record::known_name(label).role) {
    case record::Role::level: return std::string(record::kLevel);
    case record::Role::message: return std::string(kParsedMessage);
    default: return std::string(label);
  }
}

base::Result<std::int64_t> parse_loki_duration(std::string_view text) {
  auto duration = text::parse_duration(text);
  if (duration && *duration > kDurationMax) return base::Error{base::ErrorCode::invalid, "longer than ten years"};
  return duration;
}

}  // namespace logmill::logserve
