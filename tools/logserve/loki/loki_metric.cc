#include "logserve/loki/loki_metric.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include "query/filter/time_terms.h"
#include "query/pipeline/stage_args.h"
#include "query/table/table_view.h"
#include "record/json_object.h"

namespace logmill::logserve {
namespace {

// Loki's own bound (max_query_series): a panel with more shows nothing.
constexpr std::size_t kSeriesMax = 500;
// Spans that stages count by, in a range of time.
constexpr std::int64_t kSpansMax = 200'000;
constexpr double kNoPoint = std::numeric_limits<double>::quiet_NaN();

// Shows each row a nanosecond earlier than it is.
class Earlier final : public query::TableView {
 public:
  explicit Earlier(query::Table& base) : TableView(base) {}
  base::Result<std::span<const base::TimeNs>> times() override {
    LOGMILL_ASSIGN_OR_RETURN(const auto times, base().times());
    times_.assign(times.begin(), times.end());
    for (base::TimeNs& time : times_) --time;
    return std::span<const base::TimeNs>(times_);
  }

 private:
  std::vector<base::TimeNs> times_;
};

class EarlierRows final : public query::PipeStage {
 public:
  explicit EarlierRows(query::Stage& next) : PipeStage(next) {}
  base::Status push(const query::Rows& rows) override {
    Earlier earlier(rows.table);
    return next().push({earlier, rows.selected});
  }
};

// One number of a window, made of those of its parts.
struct Partial {
  double sum = 0, count = 0, least = std::numeric_limits<double>::infinity(), greatest = -std::numeric_limits<double>::infinity();
  void add(const Partial& other) {
    sum += other.sum;
    count += other.count;
    least = std::min(least, other.least);
    greatest = std::max(greatest, other.greatest);
  }
};

// How a function of LogQL is counted, and what becomes of what was counted.
struct Counting {
  std::string let;    // a stage in front; empty: none
  std::string calls;  // of stats: n is the count, v the value
  double (*result)(const Partial&, double seconds);
  bool joins = true;  // numbers of neighbouring spans make one of both
};

double seconds_of(std::int64_t ns) { return static_cast<double>(ns) / static_cast<double>(base::kNsPerSecond); }

Counting counting_of(const LogMetric& metric) {
  const std::string& function = metric.function;
  const auto let = [](const std::string& value) { return "let loki_value=" + value; };
  if (!metric.unwrapped.empty()) {
    const std::string value = let(metric.unwrapped);
    const std::string count = ", count(loki_value) as n";
    if (function == "rate")
      return {value, "sum(loki_value) as v" + count, [](const Partial& p, double seconds) { return p.sum / seconds; }};
    if (function == "avg_over_time")
      return {value, "sum(loki_value) as v" + count, [](const Partial& p, double) { return p.sum / p.count; }};
    if (function == "min_over_time") return {value, "min(loki_value) as v" + count, [](const Partial& p, double) { return p.least; }};
    if (function == "max_over_time") return {value, "max(loki_value) as v" + count, [](const Partial& p, double) { return p.greatest; }};
    if (function == "quantile_over_time") {
      std::string percent = std::to_string(std::round(metric.parameter * 1'000) / 10);
      percent = percent.substr(0, percent.find('.') + 2);
      if (percent.ends_with(".0")) percent.resize(percent.size() - 2);
      return {value, "p" + percent + "(loki_value) as v" + count, [](const Partial& p, double) { return p.sum; }, false};
    }
    return {value, "sum(loki_value) as v" + count, [](const Partial& p, double) { return p.sum; }};
  }
  if (function.starts_with("bytes_")) {
    const std::string calls = "sum(loki_value) as v, count() as n";
    if (function == "bytes_rate")
      return {let("length(coalesce(message, raw))"), calls, [](const Partial& p, double seconds) { return p.sum / seconds; }};
    return {let("length(coalesce(message, raw))"), calls, [](const Partial& p, double) { return p.sum; }};
  }
  if (function == "rate") return {"", "count() as n", [](const Partial& p, double seconds) { return p.count / seconds; }};
  return {"", "count() as n", [](const Partial& p, double) { return p.count; }};
}

// Takes in the rows of stats: each is a part of the windows that its span lies in.
class WindowRows final : public query::Stage {
 public:
  struct Label {
    std::string name, field;
  };
  WindowRows(const LokiSteps& steps, std::int64_t range_ns, std::int64_t span_ns, const std::vector<Label>& labels, std::uint64_t bytes_max)
      : steps_(steps), range_ns_(range_ns), span_ns_(span_ns), labels_(labels), bytes_max_(bytes_max) {}

  base::Status push(const query::Rows& rows) override {
    LOGMILL_ASSIGN_OR_RETURN(const auto times, rows.table.times());
    LOGMILL_ASSIGN_OR_RETURN(const auto counts, rows.table.field("n"));
    LOGMILL_ASSIGN_OR_RETURN(const auto values, rows.table.field("v"));
    std::vector<query::ColumnView> columns;
    for (const Label& label : labels_) {
      LOGMILL_ASSIGN_OR_RETURN(const query::ColumnView column, rows.table.field(label.field));
      columns.push_back(column);
    }
    for (const std::uint32_t row : rows.selected) {
      const double count = number(counts.at(row));
      if (count == 0) continue;
      const double value = number(values.at(row));
      auto& windows = windows_of(columns, row);
      if (windows_.size() > kSeriesMax)
        return base::Error{base::ErrorCode::invalid, "more than " + std::to_string(kSeriesMax) + " series: group by fewer labels"};
      if (windows_.size() * steps_.count * sizeof(Partial) > bytes_max_)
        return base::Error{base::ErrorCode::invalid, "so many series need a longer step, or more --max-query-memory"};
      add(windows, span_ns_ == 0 ? 0 : times[row], {.sum = value, .count = count, .least = value, .greatest = value});
    }
    return {};
  }
  base::Status finish() override { return {}; }
  bool satisfied() const override { return false; }

  const std::map<LokiLabels, std::vector<Partial>>& windows() const { return windows_; }

 private:
  static double number(const record::Value& value) { return value.is_number() ? value.as_double() : 0; }

  std::vector<Partial>& windows_of(const std::vector<query::ColumnView>& columns, std::uint32_t row) {
    LokiLabels labels;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      std::string text;
      record::append_plain(text, columns[i].at(row));
      if (!text.empty()) labels.emplace_back(labels_[i].name, std::move(text));
    }
    std::ranges::sort(labels);
    return windows_.try_emplace(std::move(labels), steps_.count).first->second;
  }

  // Steps t with t - range <= start and start + span <= t.
  void add(std::vector<Partial>& windows, base::TimeNs start, const Partial& part) const {
    if (span_ns_ == 0) return windows.front().add(part);
    const std::int64_t behind = start + span_ns_ - steps_.first;
    std::int64_t i = behind <= 0 ? 0 : (behind + steps_.step_ns - 1) / steps_.step_ns;
    for (; i < static_cast<std::int64_t>(steps_.count) && steps_.at(static_cast<std::size_t>(i)) <= start + range_ns_; ++i)
      windows[static_cast<std::size_t>(i)].add(part);
  }

  const LokiSteps& steps_;
  const std::int64_t range_ns_, span_ns_;
  const std::vector<Label>& labels_;
  const std::uint64_t bytes_max_;
  std::map<LokiLabels, std::vector<Partial>> windows_;
};

LokiLabels grouped(const LokiLabels& labels, const LogMetric& metric) {
  if (metric.grouping == LogMetric::Grouping::none) return {};
  const bool by = metric.grouping == LogMetric::Grouping::by;
  LokiLabels kept;
  for (const auto& label : labels)
    if ((std::ranges::find(metric.labels, label.first) != metric.labels.end()) == by) kept.push_back(label);
  return kept;
}

double combined(std::string_view function, const std::vector<double>& values) {
  if (function == "count") return static_cast<double>(values.size());
  if (function == "min") return *std::ranges::min_element(values);
  if (function == "max") return *std::ranges::max_element(values);
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  return function == "avg" ? sum / static_cast<double>(values.size()) : sum;
}

double calculated(char op, double left, double right) {
  switch (op) {
    case '+': return left + right;
    case '-': return left - right;
    case '*': return left * right;
    case '/': return left / right;
    case '%': return std::fmod(left, right);
    default: return std::pow(left, right);
  }
}

// Each step keeps its greatest, or least, ones.
LokiSeries top_of(const LokiSeries& all, std::size_t wanted, bool least, std::size_t steps) {
  LokiSeries top;
  for (std::size_t step = 0; step < steps; ++step) {
    std::vector<std::pair<double, const LokiLabels*>> points;
    for (const auto& [labels, values] : all.values)
      if (!std::isnan(values[step])) points.emplace_back(least ? values[step] : -values[step], &labels);
    std::ranges::stable_sort(points, {}, &std::pair<double, const LokiLabels*>::first);
    points.resize(std::min(points.size(), wanted));
    for (const auto& [value, labels] : points)
      top.values.try_emplace(*labels, steps, kNoPoint).first->second[step] = least ? value : -value;
  }
  return top;
}

}  // namespace

base::Result<LokiSeries> LokiMetrics::evaluate(const LogMetric& metric) {
  switch (metric.kind) {
    case LogMetric::Kind::number: {
      LokiSeries series;
      series.is_number = !metric.is_vector;
      series.values[{}].assign(steps_.count, metric.number);
      return series;
    }
    case LogMetric::Kind::range: {
      std::vector<std::string> labels = metric.labels;
      if (metric.grouping == LogMetric::Grouping::without)
        return base::Error{base::ErrorCode::invalid, "LogQL: " + metric.function + " without (…) is not understood here; by (…) is"};
      if (metric.grouping == LogMetric::Grouping::none) labels.assign(kStreamLabels.begin(), kStreamLabels.end());
      return evaluate_range(metric, labels);
    }
    case LogMetric::Kind::aggregate: return evaluate_aggregate(metric);
    case LogMetric::Kind::arithmetic: return evaluate_arithmetic(metric);
  }
  return LokiSeries();
}

base::Result<LokiSeries> LokiMetrics::evaluate_range(const LogMetric& metric, const std::vector<std::string>& labels) {
  const Counting counting = counting_of(metric);
  const std::int64_t step_ns = steps_.step_ns;
  const std::int64_t span_ns = step_ns == 0 ? 0 : std::gcd(std::gcd(step_ns, metric.range_ns), std::abs(metric.offset_ns));
  const base::TimeNs last = steps_.at(steps_.count - 1);
  if (span_ns > 0 && (last - steps_.first + metric.range_ns) / span_ns > kSpansMax)
    return base::Error{base::ErrorCode::invalid, "LogQL: the step and the range have no common measure that is long enough"};
  if (!counting.joins && span_ns != metric.range_ns && span_ns > 0)
    return base::Error{base::ErrorCode::invalid, "LogQL: " + metric.function + " needs a step that is a multiple of its range"};

  // Both ends are a nanosecond later than those of [start, end): the windows are (start, end].
  LOGMILL_ASSIGN_OR_RETURN(
      query::Query query,
      query_of_selection(metric.logs, {steps_.first - metric.offset_ns - metric.range_ns + 1, last - metric.offset_ns + 1}, context_));
  if (!counting.let.empty()) LOGMILL_RETURN_IF_ERROR(query.append(counting.let, context_));
  std::vector<WindowRows::Label> keys;
  std::vector<std::string> fields;
  for (const std::string& label : labels) {
    std::string field = field_of_(label);
    if (std::ranges::find(fields, field) != fields.end()) continue;  // level and detected_level
    fields.push_back(field);
    keys.push_back({label, std::move(field)});
  }
  std::string stage = "* | stats " + counting.calls;
  if (!fields.empty() || span_ns > 0) stage += " by ";
  query::append_fields(stage, fields);
  if (span_ns > 0) {
    stage += fields.empty() ? "" : ", ";
    query::append_span(stage, span_ns);
  }
  LOGMILL_ASSIGN_OR_RETURN(const query::Query counted, query::Query::parse(stage, context_));

  LokiSteps shifted = steps_;
  shifted.first -= metric.offset_ns;
  WindowRows rows(shifted, metric.range_ns, span_ns, keys, call_.service.options().query_memory_max / 2);
  query::Workspace workspace(call_.service.options().query_memory_max, call_.service.options().temporary_directory);
  const auto counter = counted.stages().front()->start(rows, workspace);
  EarlierRows earlier(*counter);
  LOGMILL_ASSIGN_OR_RETURN(const auto search, StoreSearch::open(call_, query));
  LOGMILL_RETURN_IF_ERROR(search->run(query, earlier));
  partial_ = partial_ || search->partial();
  rows_seen_ += search->counts().rows_seen;

  LokiSeries series;
  const double seconds = seconds_of(metric.range_ns);
  for (const auto& [its_labels, windows] : rows.windows()) {
    std::vector<double>& values = series.values[its_labels];
    for (const Partial& window : windows) values.push_back(window.count > 0 ? counting.result(window, seconds) : kNoPoint);
  }
  return series;
}

base::Result<LokiSeries> LokiMetrics::evaluate_aggregate(const LogMetric& metric) {
  const LogMetric& operand = metric.operands.front();
  const bool adds_up = operand.kind == LogMetric::Kind::range && operand.grouping == LogMetric::Grouping::none &&
                       (operand.function == "count_over_time" || operand.function == "rate" || operand.function.starts_with("bytes_") ||
                        operand.function == "sum_over_time");
  // What is added up in the end is not counted apart first; what is grouped by other labels must be counted by these.
  if (metric.function == "sum" && adds_up && metric.grouping != LogMetric::Grouping::without) return evaluate_range(operand, metric.labels);
  LokiSeries inner;
  if (operand.kind == LogMetric::Kind::range && operand.grouping == LogMetric::Grouping::none) {
    std::vector<std::string> labels(kStreamLabels.begin(), kStreamLabels.end());
    if (metric.grouping == LogMetric::Grouping::by) labels.insert(labels.begin(), metric.labels.begin(), metric.labels.end());
    LOGMILL_ASSIGN_OR_RETURN(inner, evaluate_range(operand, labels));
  } else {
    LOGMILL_ASSIGN_OR_RETURN(inner, evaluate(operand));
  }
  if (metric.function == "topk" || metric.function == "bottomk")
    return top_of(inner, static_cast<std::size_t>(std::clamp(metric.parameter, 0.0, static_cast<double>(kSeriesMax))),
                  metric.function == "bottomk", steps_.count);
  std::map<LokiLabels, std::vector<const std::vector<double>*>> groups;
  for (const auto& [labels, values] : inner.values) groups[grouped(labels, metric)].push_back(&values);
  LokiSeries series;
  for (const auto& [labels, members] : groups) {
    std::vector<double>& values = series.values[labels];
    for (std::size_t step = 0; step < steps_.count; ++step) {
      std::vector<double> points;
      for (const auto* member : members)
        if (!std::isnan((*member)[step])) points.push_back((*member)[step]);
      values.push_back(points.empty() ? kNoPoint : combined(metric.function, points));
    }
  }
  return series;
}

// Series of the same labels; a number goes with all.
base::Result<LokiSeries> LokiMetrics::evaluate_arithmetic(const LogMetric& metric) {
  LOGMILL_ASSIGN_OR_RETURN(const LokiSeries left, evaluate(metric.operands[0]));
  LOGMILL_ASSIGN_OR_RETURN(const LokiSeries right, evaluate(metric.operands[1]));
  LokiSeries series;
  series.is_number = left.is_number && right.is_number;
  const LokiSeries& shown = left.is_number ? right : left;
  for (const auto& [labels, values] : shown.values) {
    const auto a = left.is_number ? left.values.begin() : left.values.find(labels);
    const auto b = right.is_number ? right.values.begin() : right.values.find(labels);
    if (a == left.values.end() || b == right.values.end()) continue;
    std::vector<double>& results = series.values[labels];
    for (std::size_t step = 0; step < steps_.count; ++step)
      results.push_back(calculated(metric.function.front(), a->second[step], b->second[step]));
  }
  return series;
}

}  // namespace logmill::logserve
