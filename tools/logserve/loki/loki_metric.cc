#include "logserve/loki/loki_metric.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <tuple>

#include "query/filter/time_terms.h"
#include "query/groups/quantiles.h"
#include "query/language/quantity.h"
#include "query/language/rewrite.h"
#include "query/pipeline/stage_args.h"
#include "query/table/table_view.h"
#include "record/json_object.h"

namespace logmill::logserve {
namespace {

// Loki's own bound (max_query_series): a panel with more shows nothing.
constexpr std::size_t kSeriesMax = 500;
// Prometheus' bound, and Loki's: more points than a screen has.
constexpr std::size_t kStepsMax = 11'000;
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

// The numbers of a window, made of those of its parts.
struct Partial {
  double sum = 0, squares = 0, count = 0;
  double least = std::numeric_limits<double>::infinity(), greatest = -std::numeric_limits<double>::infinity();
  base::TimeNs first_at = INT64_MAX, last_at = INT64_MIN;
  double first = 0, last = 0;

  void add(const Partial& other) {
    sum += other.sum;
    squares += other.squares;
    count += other.count;
    least = std::min(least, other.least);
    greatest = std::max(greatest, other.greatest);
    if (other.first_at < first_at) std::tie(first_at, first) = std::tie(other.first_at, other.first);
    if (other.last_at > last_at) std::tie(last_at, last) = std::tie(other.last_at, other.last);
  }
  double variance() const {
    const double mean = sum / count;
    return std::max(0.0, squares / count - mean * mean);
  }
};

// How a function of LogQL is counted, and what becomes of what was counted.
struct Counting {
  std::string let;    // a stage in front; empty: none
  std::string calls;  // of stats: n is the count, v the value, w the sum of the squares
  double (*result)(const Partial&, double seconds);
  bool joins = true;  // numbers of neighbouring spans make one of both
};

double seconds_of(std::int64_t ns) { return static_cast<double>(ns) / static_cast<double>(base::kNsPerSecond); }

// The name that our percentiles have: p99.9.
std::string percentile_name(double share) {
  std::string percent = std::to_string(std::round(share * 1'000) / 10);
  percent = percent.substr(0, percent.find('.') + 2);
  if (percent.ends_with(".0")) percent.resize(percent.size() - 2);
  return "p" + percent;
}

Counting counting_of_values(const LogMetric& metric) {
  const std::string& function = metric.function;
  const std::string value = "let loki_value=" + metric.unwrapped;
  const auto calls = [](std::string_view aggregate) { return std::string(aggregate) + "(loki_value) as v, count(loki_value) as n"; };
  const std::string sum = calls("sum");
  if (function == "rate") return {value, sum, [](const Partial& p, double seconds) { return p.sum / seconds; }};
  if (function == "avg_over_time") return {value, sum, [](const Partial& p, double) { return p.sum / p.count; }};
  if (function == "min_over_time") return {value, calls("min"), [](const Partial& p, double) { return p.least; }};
  if (function == "max_over_time") return {value, calls("max"), [](const Partial& p, double) { return p.greatest; }};
  if (function == "first_over_time") return {value, calls("first"), [](const Partial& p, double) { return p.first; }};
  if (function == "last_over_time") return {value, calls("last"), [](const Partial& p, double) { return p.last; }};
  if (function == "quantile_over_time")
    return {value, calls(percentile_name(metric.parameter)), [](const Partial& p, double) { return p.sum; }, false};
  if (function.starts_with("std")) {
    const std::string squares = value + ", loki_square=loki_value*loki_value";
    if (function == "stdvar_over_time")
      return {squares, sum + ", sum(loki_square) as w", [](const Partial& p, double) { return p.variance(); }};
    return {squares, sum + ", sum(loki_square) as w", [](const Partial& p, double) { return std::sqrt(p.variance()); }};
  }
  return {value, sum, [](const Partial& p, double) { return p.sum; }};
}

Counting counting_of(const LogMetric& metric) {
  const std::string& function = metric.function;
  if (!metric.unwrapped.empty()) return counting_of_values(metric);
  if (function.starts_with("bytes_")) {
    const std::string calls = "sum(loki_value) as v, count() as n";
    const std::string length = "let loki_value=octets(coalesce(message, raw))";
    if (function == "bytes_rate") return {length, calls, [](const Partial& p, double seconds) { return p.sum / seconds; }};
    return {length, calls, [](const Partial& p, double) { return p.sum; }};
  }
  if (function == "rate") return {"", "count() as n", [](const Partial& p, double seconds) { return p.count / seconds; }};
  return {"", "count() as n", [](const Partial& p, double) { return p.count; }};
}

struct KeyLabel {
  std::string name, field;
};

base::Result<std::vector<query::ColumnView>> label_columns_of(query::Table& table, const std::vector<KeyLabel>& labels) {
  std::vector<query::ColumnView> columns;
  for (const KeyLabel& label : labels) {
    LOGMILL_ASSIGN_OR_RETURN(const query::ColumnView column, table.field(label.field));
    columns.push_back(column);
  }
  return columns;
}

LokiLabels labels_at(const std::vector<query::ColumnView>& columns, const std::vector<KeyLabel>& names, std::uint32_t row) {
  LokiLabels labels;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    std::string text;
    record::append_plain(text, columns[i].at(row));
    if (!text.empty()) labels.emplace_back(names[i].name, std::move(text));
  }
  std::ranges::sort(labels);
  return labels;
}

// The steps t, from and up to, whose windows hold a span: t - range <= start and start + span <= t.
std::pair<std::size_t, std::size_t> steps_with(const LokiSteps& steps, base::TimeNs start, std::int64_t span_ns, std::int64_t range_ns) {
  const std::int64_t behind = start + span_ns - steps.first, last = start + range_ns - steps.first;
  if (last < 0) return {0, 0};
  const std::int64_t from = behind <= 0 ? 0 : (behind + steps.step_ns - 1) / steps.step_ns;
  const std::int64_t to = std::min(last / steps.step_ns + 1, static_cast<std::int64_t>(steps.count));
  return {static_cast<std::size_t>(from), static_cast<std::size_t>(std::max(from, to))};
}

base::Error too_many_series() {
  return {base::ErrorCode::invalid, "more than " + std::to_string(kSeriesMax) + " series: group by fewer labels"};
}

// Takes in the rows of stats: each is a part of the windows that its span lies in.
class WindowRows final : public query::Stage {
 public:
  WindowRows(const LokiSteps& steps, std::int64_t range_ns, std::int64_t span_ns, const std::vector<KeyLabel>& labels,
             std::uint64_t bytes_max)
      : steps_(steps), range_ns_(range_ns), span_ns_(span_ns), labels_(labels), bytes_max_(bytes_max) {}

  base::Status push(const query::Rows& rows) override {
    LOGMILL_ASSIGN_OR_RETURN(const auto times, rows.table.times());
    LOGMILL_ASSIGN_OR_RETURN(const auto counts, rows.table.field("n"));
    LOGMILL_ASSIGN_OR_RETURN(const auto values, rows.table.field("v"));
    LOGMILL_ASSIGN_OR_RETURN(const auto squares, rows.table.field("w"));
    LOGMILL_ASSIGN_OR_RETURN(const std::vector<query::ColumnView> columns, label_columns_of(rows.table, labels_));
    for (const std::uint32_t row : rows.selected) {
      const double count = number(counts.at(row));
      if (count == 0) continue;
      const double value = number(values.at(row));
      auto& windows = windows_.try_emplace(labels_at(columns, labels_, row), steps_.count).first->second;
      if (windows_.size() > kSeriesMax) return too_many_series();
      if (windows_.size() * steps_.count * sizeof(Partial) > bytes_max_)
        return base::Error{base::ErrorCode::invalid, "so many series need a longer step, or more --max-query-memory"};
      const base::TimeNs start = span_ns_ == 0 ? 0 : times[row];
      Partial part{.sum = value, .squares = number(squares.at(row)), .count = count, .least = value, .greatest = value};
      part.first_at = part.last_at = start;
      part.first = part.last = value;
      add(windows, start, part);
    }
    return {};
  }
  base::Status finish() override { return {}; }
  bool satisfied() const override { return false; }

  const std::map<LokiLabels, std::vector<Partial>>& windows() const { return windows_; }

 private:
  static double number(const record::Value& value) { return value.is_number() ? value.as_double() : 0; }

  // Steps t with t - range <= start and start + span <= t.
  void add(std::vector<Partial>& windows, base::TimeNs start, const Partial& part) const {
    if (span_ns_ == 0) return windows.front().add(part);
    const auto [from, to] = steps_with(steps_, start, span_ns_, range_ns_);
    for (std::size_t i = from; i < to; ++i) windows[i].add(part);
  }

  const LokiSteps& steps_;
  const std::int64_t range_ns_, span_ns_;
  const std::vector<KeyLabel>& labels_;
  const std::uint64_t bytes_max_;
  std::map<LokiLabels, std::vector<Partial>> windows_;
};

// Takes in what percentiles were counted of, of each span: windows that overlap are made of these.
class SpanStates final : public query::Stage {
 public:
  SpanStates(const std::vector<KeyLabel>& labels, std::uint64_t bytes_max) : labels_(labels), bytes_left_(bytes_max) {}

  base::Status push(const query::Rows& rows) override {
    LOGMILL_ASSIGN_OR_RETURN(const auto times, rows.table.times());
    LOGMILL_ASSIGN_OR_RETURN(const auto states, rows.table.field("state0"));
    LOGMILL_ASSIGN_OR_RETURN(const std::vector<query::ColumnView> columns, label_columns_of(rows.table, labels_));
    for (const std::uint32_t row : rows.selected) {
      const record::Value state = states.at(row);
      if (!state.is_text() || state.text().empty()) continue;
      if (state.text().size() > bytes_left_)
        return base::Error{base::ErrorCode::invalid,
                           "LogQL: windows that overlap hold too many different numbers: a step that is a multiple "
                           "of the range, or more --max-query-memory, is needed"};
      bytes_left_ -= state.text().size();
      spans_[labels_at(columns, labels_, row)].emplace_back(times[row], state.text());
      if (spans_.size() > kSeriesMax) return too_many_series();
    }
    return {};
  }
  base::Status finish() override { return {}; }
  bool satisfied() const override { return false; }

  LokiSeries quantiles(const LokiSteps& steps, std::int64_t span_ns, std::int64_t range_ns, double share) {
    LokiSeries series;
    for (auto& [labels, spans] : spans_) {
      std::vector<double>& values = series.values[labels];
      values.assign(steps.count, kNoPoint);
      std::ranges::sort(spans);
      auto first = spans.begin();
      for (std::size_t step = 0; step < steps.count; ++step) {
        while (first != spans.end() && first->first < steps.at(step) - range_ns) ++first;
        query::Quantiles all;
        for (auto span = first; span != spans.end() && span->first + span_ns <= steps.at(step); ++span) all.load(span->second);
        if (all.count() > 0) values[step] = all.quantile(share);
      }
    }
    return series;
  }

 private:
  const std::vector<KeyLabel>& labels_;
  std::uint64_t bytes_left_;
  std::map<LokiLabels, std::vector<std::pair<base::TimeNs, std::string>>> spans_;
};

// Takes in the values of a counter: by how much it grew depends on where it began anew.
class CounterRows final : public query::Stage {
 public:
  CounterRows(const std::vector<KeyLabel>& labels, std::uint64_t bytes_max) : labels_(labels), bytes_left_(bytes_max) {}

  base::Status push(const query::Rows& rows) override {
    LOGMILL_ASSIGN_OR_RETURN(const auto times, rows.table.times());
    LOGMILL_ASSIGN_OR_RETURN(const auto values, rows.table.field("loki_value"));
    LOGMILL_ASSIGN_OR_RETURN(const std::vector<query::ColumnView> columns, label_columns_of(rows.table, labels_));
    for (const std::uint32_t row : rows.selected) {
      const auto value = query::amount_of(values.at(row), query::Unit::none, 1);
      if (!value) continue;
      if (sizeof(Sample) > bytes_left_)
        return base::Error{base::ErrorCode::invalid,
                           "LogQL: rate_counter of so many values needs a shorter time, or more --max-query-memory"};
      bytes_left_ -= sizeof(Sample);
      series_[labels_at(columns, labels_, row)].push_back({times[row], *value, 0});
      if (series_.size() > kSeriesMax) return too_many_series();
    }
    return {};
  }
  base::Status finish() override { return {}; }
  bool satisfied() const override { return false; }

  // By how much each grew per second of (t - range, t].
  LokiSeries rates(const LokiSteps& steps, std::int64_t range_ns) {
    LokiSeries series;
    for (auto& [labels, samples] : series_) {
      std::ranges::stable_sort(samples, {}, &Sample::time);
      for (std::size_t i = 1; i < samples.size(); ++i) {
        const double before = samples[i - 1].value;
        samples[i].begun_anew = samples[i - 1].begun_anew + (samples[i].value < before ? before : 0);
      }
      std::vector<double>& values = series.values[labels];
      auto first = samples.begin(), behind = first;
      for (std::size_t step = 0; step < steps.count; ++step) {
        while (behind != samples.end() && behind->time <= steps.at(step)) ++behind;
        while (first != behind && first->time <= steps.at(step) - range_ns) ++first;
        values.push_back(first == behind ? kNoPoint : (behind[-1].all() - first->all()) / seconds_of(range_ns));
      }
    }
    return series;
  }

 private:
  struct Sample {
    base::TimeNs time;
    double value, begun_anew;  // what it had, each time that it began anew, by then
    double all() const { return value + begun_anew; }
  };

  const std::vector<KeyLabel>& labels_;
  std::uint64_t bytes_left_;
  std::map<LokiLabels, std::vector<Sample>> series_;
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
  const double sum = std::accumulate(values.begin(), values.end(), 0.0), count = static_cast<double>(values.size());
  if (!function.starts_with("std")) return function == "avg" ? sum / count : sum;
  double squares = 0;
  for (const double value : values) squares += (value - sum / count) * (value - sum / count);
  return function == "stdvar" ? squares / count : std::sqrt(squares / count);
}

bool is_comparison(std::string_view op) { return op.front() == '=' || op.front() == '!' || op.front() == '<' || op.front() == '>'; }
bool is_set_operator(std::string_view op) { return op == "and" || op == "or" || op == "unless"; }

bool compares(std::string_view op, double left, double right) {
  if (op == "==") return left == right;
  if (op == "!=") return left != right;
  if (op == ">=") return left >= right;
  if (op == "<=") return left <= right;
  return op == ">" ? left > right : left < right;
}

// Of two points that are there. What a comparison lets through is `shown`.
double calculated(const LogMetric& metric, double left, double right, double shown) {
  const std::string& op = metric.function;
  if (is_comparison(op)) return metric.gives_bool ? compares(op, left, right) : compares(op, left, right) ? shown : kNoPoint;
  switch (op.front()) {
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

LokiLabels relabelled(LokiLabels labels, const LogMetric& metric, const query::Rewrite& rewrite) {
  const auto from = std::ranges::find(labels, metric.from_label, &LokiLabels::value_type::first);
  auto made = rewrite.apply(from == labels.end() ? std::string_view() : from->second);
  if (!made) return labels;
  std::erase_if(labels, [&](const auto& label) { return label.first == metric.label; });
  if (!made->empty()) labels.emplace_back(metric.label, *std::move(made));
  std::ranges::sort(labels);
  return labels;
}

// Those that it says, or of the streams.
std::vector<std::string> labels_of_range(const LogMetric& metric) {
  if (metric.grouping == LogMetric::Grouping::by) return metric.labels;
  std::vector<std::string> labels(kStreamLabels.begin(), kStreamLabels.end());
  std::erase_if(labels, [&](const std::string& label) { return std::ranges::find(metric.labels, label) != metric.labels.end(); });
  return labels;
}

}  // namespace

base::Result<LokiSteps> LokiSteps::of(const LokiRequest& request, const LokiSpan& span) {
  LokiSteps steps;
  LOGMILL_ASSIGN_OR_RETURN(steps.step_ns, request.step(span));
  steps.first = span.start - span.start % steps.step_ns;
  steps.count = static_cast<std::size_t>((span.end - steps.first + steps.step_ns - 1) / steps.step_ns) + 1;
  if (steps.count > kStepsMax)
    return base::Error{base::ErrorCode::invalid,
                       "step: more than " + std::to_string(kStepsMax) + " points of a series: a longer step is needed"};
  return steps;
}

base::Result<LokiSeries> LokiMetrics::evaluate(const LogMetric& metric) {
  switch (metric.kind) {
    case LogMetric::Kind::number: {
      LokiSeries series;
      series.is_number = !metric.is_vector;
      series.values[{}].assign(steps_.count, metric.number);
      return series;
    }
    case LogMetric::Kind::range: {
      if (metric.function == "absent_over_time") return evaluate_absent(metric);
      return evaluate_range(metric, labels_of_range(metric));
    }
    case LogMetric::Kind::aggregate: return evaluate_aggregate(metric);
    case LogMetric::Kind::binary: return evaluate_binary(metric);
    case LogMetric::Kind::relabel: return evaluate_relabel(metric);
  }
  return LokiSeries();
}

base::Status LokiMetrics::search(const query::Query& query, query::Stage& last) {
  LOGMILL_ASSIGN_OR_RETURN(const auto search, StoreSearch::open(call_, query));
  LOGMILL_RETURN_IF_ERROR(search->run(query, last));
  partial_ = partial_ || search->partial();
  rows_seen_ += search->counts().rows_seen;
  return {};
}

base::Result<LokiSeries> LokiMetrics::evaluate_range(const LogMetric& metric, const std::vector<std::string>& labels) {
  const Counting counting = counting_of(metric);
  const std::int64_t step_ns = steps_.step_ns;
  const std::int64_t span_ns = step_ns == 0 ? 0 : std::gcd(std::gcd(step_ns, metric.range_ns), std::abs(metric.offset_ns));
  const base::TimeNs last = steps_.at(steps_.count - 1);
  if (span_ns > 0 && (last - steps_.first + metric.range_ns) / span_ns > kSpansMax)
    return base::Error{base::ErrorCode::invalid, "LogQL: the step and the range have no common measure that is long enough"};
  const bool overlaps = !counting.joins && span_ns != metric.range_ns && span_ns > 0;

  // Both ends are a nanosecond later than those of [start, end): the windows are (start, end].
  LOGMILL_ASSIGN_OR_RETURN(
      query::Query query,
      query_of_selection(metric.logs, {steps_.first - metric.offset_ns - metric.range_ns + 1, last - metric.offset_ns + 1}, context_));
  if (!counting.let.empty()) LOGMILL_RETURN_IF_ERROR(query.append(counting.let, context_));
  std::vector<KeyLabel> keys;
  std::vector<std::string> fields;
  for (const std::string& label : labels) {
    std::string field = field_of_(label, metric.logs.stages);
    if (std::ranges::find(fields, field) != fields.end()) continue;  // level and detected_level
    fields.push_back(field);
    keys.push_back({label, std::move(field)});
  }
  LokiSteps shifted = steps_;
  shifted.first -= metric.offset_ns;
  const std::uint64_t bytes_max = call_.service.options().query_memory_max / 2;
  if (metric.function == "rate_counter") {
    CounterRows counters(keys, bytes_max);
    LOGMILL_RETURN_IF_ERROR(search(query, counters));
    return counters.rates(shifted, metric.range_ns);
  }

  std::string stage = "* | stats " + counting.calls;
  if (!fields.empty() || span_ns > 0) stage += " by ";
  query::append_fields(stage, fields);
  if (span_ns > 0) {
    stage += fields.empty() ? "" : ", ";
    query::append_span(stage, span_ns);
  }
  LOGMILL_ASSIGN_OR_RETURN(query::Query counted, query::Query::parse(stage, context_));
  if (overlaps) LOGMILL_RETURN_IF_ERROR(counted.make_partial(query::Partial::save));

  WindowRows rows(shifted, metric.range_ns, span_ns, keys, bytes_max);
  SpanStates states(keys, bytes_max);
  query::Workspace workspace(call_.service.options().query_memory_max, call_.service.options().temporary_directory);
  const auto counter = counted.stages().front()->start(overlaps ? static_cast<query::Stage&>(states) : rows, workspace);
  EarlierRows earlier(*counter);
  LOGMILL_RETURN_IF_ERROR(search(query, earlier));
  if (overlaps) return states.quantiles(shifted, span_ns, metric.range_ns, metric.parameter);

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
  if (metric.function.starts_with("sort")) {
    inner.order = metric.function == "sort" ? LokiSeries::Order::least_first : LokiSeries::Order::greatest_first;
    return inner;
  }
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

base::Result<LokiSeries> LokiMetrics::evaluate_relabel(const LogMetric& metric) {
  LOGMILL_ASSIGN_OR_RETURN(const query::Rewrite rewrite, query::Rewrite::make(metric.regex, metric.replacement));
  const LogMetric& operand = metric.operands.front();
  LokiSeries inner;
  if (operand.kind == LogMetric::Kind::range && operand.grouping == LogMetric::Grouping::none && operand.function != "absent_over_time") {
    // The label that it looks at is one of the record's, whether streams have it or not.
    std::vector<std::string> labels = labels_of_range(operand);
    if (std::ranges::find(labels, metric.from_label) == labels.end()) labels.push_back(metric.from_label);
    LOGMILL_ASSIGN_OR_RETURN(inner, evaluate_range(operand, labels));
  } else {
    LOGMILL_ASSIGN_OR_RETURN(inner, evaluate(operand));
  }
  LokiSeries series;
  series.order = inner.order;
  for (auto& [labels, values] : inner.values)
    if (!series.values.try_emplace(relabelled(labels, metric, rewrite), std::move(values)).second)
      return base::Error{base::ErrorCode::invalid, "LogQL: label_replace makes the same labels of several series"};
  return series;
}

// One where there are none.
base::Result<LokiSeries> LokiMetrics::evaluate_absent(const LogMetric& metric) {
  LOGMILL_ASSIGN_OR_RETURN(const LokiSeries all, evaluate_range(metric, {}));
  LokiLabels labels = metric.logs.equal;
  std::ranges::sort(labels);
  LokiSeries series;
  std::vector<double>& values = series.values[std::move(labels)];
  for (std::size_t step = 0; step < steps_.count; ++step)
    values.push_back(all.values.empty() || std::isnan(all.values.begin()->second[step]) ? 1 : kNoPoint);
  return series;
}

namespace {

// The labels by which the series of two sides belong together.
LokiLabels matching_of(const LokiLabels& labels, const LogMetric& metric) {
  return metric.grouping == LogMetric::Grouping::none ? labels : grouped(labels, metric);
}

using SeriesValues = std::vector<double>;

// Each step by itself: what the left has is kept, or not, for what the right has of the same labels.
LokiSeries combine_sets(const LogMetric& metric, const LokiSeries& left, const LokiSeries& right, std::size_t steps) {
  std::map<LokiLabels, std::vector<bool>> on_left, on_right;
  const auto mark = [&](const LokiSeries& side, std::map<LokiLabels, std::vector<bool>>& marks) {
    for (const auto& [labels, values] : side.values) {
      std::vector<bool>& marked = marks.try_emplace(matching_of(labels, metric), steps).first->second;
      for (std::size_t step = 0; step < steps; ++step) marked[step] = marked[step] || !std::isnan(values[step]);
    }
  };
  mark(left, on_left);
  mark(right, on_right);
  LokiSeries series;
  const auto take = [&](const LokiSeries& side, const std::map<LokiLabels, std::vector<bool>>& marks, bool wanted) {
    for (const auto& [labels, values] : side.values) {
      const auto marked = marks.find(matching_of(labels, metric));
      SeriesValues& taken = series.values.try_emplace(labels, steps, kNoPoint).first->second;
      for (std::size_t step = 0; step < steps; ++step)
        if ((marked != marks.end() && marked->second[step]) == wanted && std::isnan(taken[step])) taken[step] = values[step];
    }
  };
  if (metric.function == "or") {
    series = left;
    take(right, on_left, false);
  } else {
    take(left, on_right, metric.function == "and");
  }
  return series;
}

using OneSeries = decltype(LokiSeries::values)::value_type;

base::Result<std::map<LokiLabels, const OneSeries*>> series_by_matching(const LogMetric& metric, const LokiSeries& side) {
  std::map<LokiLabels, const OneSeries*> by_labels;
  for (const OneSeries& one : side.values)
    if (!by_labels.emplace(matching_of(one.first, metric), &one).second)
      return base::Error{base::ErrorCode::invalid,
                         "LogQL: several series on one side of " + metric.function +
                             " have the same labels: name more of them in on (…), or say group_left or group_right"};
  return by_labels;
}

// Of one of many: its own, with those of the other side that are asked for.
LokiLabels labels_of_one(const LogMetric& metric, LokiLabels own, const LokiLabels& other) {
  for (const std::string& name : metric.from_one) {
    std::erase_if(own, [&](const auto& label) { return label.first == name; });
    const auto given = std::ranges::find(other, name, &LokiLabels::value_type::first);
    if (given != other.end()) own.push_back(*given);
  }
  std::ranges::sort(own);
  return own;
}

}  // namespace

// Series of the same labels; a number goes with all.
base::Result<LokiSeries> LokiMetrics::evaluate_binary(const LogMetric& metric) {
  LOGMILL_ASSIGN_OR_RETURN(const LokiSeries left, evaluate(metric.operands[0]));
  LOGMILL_ASSIGN_OR_RETURN(const LokiSeries right, evaluate(metric.operands[1]));
  if (is_set_operator(metric.function)) return combine_sets(metric, left, right, steps_.count);
  LokiSeries series;
  const auto put = [&](const LokiLabels& labels, const SeriesValues& a, const SeriesValues& b) {
    SeriesValues& results = series.values[labels];
    for (std::size_t step = 0; step < steps_.count; ++step) {
      const bool both = !std::isnan(a[step]) && !std::isnan(b[step]);
      results.push_back(both ? calculated(metric, a[step], b[step], left.is_number ? b[step] : a[step]) : kNoPoint);
    }
  };
  if (left.is_number || right.is_number) {
    series.is_number = left.is_number && right.is_number;
    const LokiSeries& shown = left.is_number ? right : left;
    for (const auto& [labels, values] : shown.values)
      put(labels, left.is_number ? left.values.begin()->second : values, right.is_number ? right.values.begin()->second : values);
    return series;
  }
  const bool many_right = metric.many == LogMetric::Many::right;
  const LokiSeries& many = many_right ? right : left;
  LOGMILL_ASSIGN_OR_RETURN(const auto ones, series_by_matching(metric, many_right ? left : right));
  if (metric.many == LogMetric::Many::neither) LOGMILL_RETURN_IF_ERROR(series_by_matching(metric, many));
  for (const auto& [own, values] : many.values) {
    LokiLabels labels = matching_of(own, metric);
    const auto one = ones.find(labels);
    if (one == ones.end()) continue;
    const auto& [other, its_values] = *one->second;
    if (metric.many != LogMetric::Many::neither) labels = labels_of_one(metric, own, other);
    if (series.values.contains(labels))
      return base::Error{base::ErrorCode::invalid, "LogQL: group_left and group_right make the same labels of several series"};
    put(labels, many_right ? its_values : values, many_right ? values : its_values);
  }
  return series;
}

}  // namespace logmill::logserve
