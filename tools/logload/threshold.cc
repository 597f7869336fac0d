#include "logload/threshold.h"

#include <functional>

#include "text/units.h"

namespace logmill::logload {

namespace {

base::Result<double> parse_ns(std::string_view text) {
  auto ns = text::parse_duration(text);
  if (!ns) return std::move(ns).error();
  return static_cast<double>(*ns);
}
base::Result<double> parse_records(std::string_view text) {
  auto count = text::parse_count(text);
  if (!count) return std::move(count).error();
  return static_cast<double>(*count);
}

struct Metric {
  std::string_view name;
  base::Result<double> (*parse)(std::string_view);
  double (*measure)(const LoadResult&);
};

template <int kTenths>
double percentile(const LoadResult& result) {
  return static_cast<double>(result.latency.percentile(kTenths / 10.0));
}

constexpr Metric kMetrics[] = {
    {"p50", parse_ns, percentile<500>},
    {"p90", parse_ns, percentile<900>},
    {"p99", parse_ns, percentile<990>},
    {"p99.9", parse_ns, percentile<999>},
    {"max", parse_ns, [](const LoadResult& r) { return static_cast<double>(r.latency.max()); }},
    {"mean", parse_ns, [](const LoadResult& r) { return r.latency.mean(); }},
    {"lag", parse_ns, [](const LoadResult& r) { return static_cast<double>(r.lag.percentile(99)); }},
    {"loss", parse_records, [](const LoadResult& r) { return static_cast<double>(r.lost()); }},
    {"duplicates", parse_records, [](const LoadResult& r) { return r.verdict ? static_cast<double>(r.verdict->duplicated) : 0; }},
    {"disorder", parse_records, [](const LoadResult& r) { return r.verdict ? static_cast<double>(r.verdict->disordered) : 0; }},
    {"rate", text::parse_rate, [](const LoadResult& r) { return r.rate(); }},
};

const Metric* find_metric(std::string_view name) {
  for (const Metric& metric : kMetrics)
    if (metric.name == name) return &metric;
  return nullptr;
}

std::string_view trim(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

base::Error invalid(std::string_view text, std::string_view why) {
  return {base::ErrorCode::invalid, "'" + std::string(text) + "': " + std::string(why)};
}

base::Result<Threshold> parse_threshold(std::string_view text) {
  const std::size_t sign = text.find_first_of("<>");
  if (sign == std::string_view::npos) return invalid(text, "a threshold looks like p99>50ms");
  const std::string_view name = trim(text.substr(0, sign));
  const Metric* const metric = find_metric(name);
  if (!metric) return invalid(name, "is none of p50, p90, p99, p99.9, max, mean, lag, loss, duplicates, disorder, rate");
  LOGMILL_ASSIGN_OR_RETURN(const double limit, metric->parse(trim(text.substr(sign + 1))));
  return Threshold{std::string(text), std::string(name), text[sign] == '>', limit};
}

}  // namespace

base::Result<std::vector<Threshold>> parse_thresholds(std::string_view text) {
  std::vector<Threshold> thresholds;
  while (true) {
    const std::size_t comma = text.find(',');
    LOGMILL_ASSIGN_OR_RETURN(Threshold threshold, parse_threshold(trim(text.substr(0, comma))));
    thresholds.push_back(std::move(threshold));
    if (comma == std::string_view::npos) return thresholds;
    text.remove_prefix(comma + 1);
  }
}

bool exceeded(const Threshold& threshold, const LoadResult& result) {
  const double value = find_metric(threshold.metric)->measure(result);
  return threshold.above ? value > threshold.limit : value < threshold.limit;
}

}  // namespace logmill::logload
