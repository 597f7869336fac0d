#include "logserve/loki/loki_points.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "text/json_text.h"

namespace logmill::logserve {
namespace {

void append_labels(std::string& json, const LokiLabels& labels) {
  text::JsonText object;
  for (const auto& [name, value] : labels) object.text(name, value);
  json += "{\"metric\":" + object.end() + ",";
}

// [1763719300.5,"12"]
void append_point(std::string& json, base::TimeNs time, double value) {
  json += '[' + std::to_string(time / base::kNsPerSecond);
  if (const std::int64_t ms = time % base::kNsPerSecond / base::kNsPerMs; ms != 0) {
    const std::string digits = std::to_string(1'000 + ms);
    json.append(".").append(digits, 1);
  }
  json += ",\"";
  if (std::isinf(value)) {
    json += value > 0 ? "+Inf" : "-Inf";
  } else {
    std::array<char, 32> digits;
    json.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
  }
  json += "\"]";
}

std::string matrix_of(const LokiSeries& series, const LokiSteps& steps) {
  std::string json = "[";
  for (const auto& [labels, values] : series.values) {
    std::string points;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (std::isnan(values[i])) continue;
      points += points.empty() ? "" : ",";
      append_point(points, steps.at(i), values[i]);
    }
    if (points.empty()) continue;
    json += json.size() > 1 ? "," : "";
    append_labels(json, labels);
    json.append("\"values\":[").append(points).append("]}");
  }
  return json + "]";
}

std::string vector_of(const LokiSeries& series, const LokiSteps& steps) {
  std::vector<std::pair<double, const LokiLabels*>> points;
  for (const auto& [labels, values] : series.values)
    if (!std::isnan(values.front())) points.emplace_back(values.front(), &labels);
  const auto value_of = &std::pair<double, const LokiLabels*>::first;
  if (series.order == LokiSeries::Order::least_first) std::ranges::stable_sort(points, std::ranges::less{}, value_of);
  if (series.order == LokiSeries::Order::greatest_first) std::ranges::stable_sort(points, std::ranges::greater{}, value_of);
  std::string json = "[";
  for (const auto& [value, labels] : points) {
    json += json.size() > 1 ? "," : "";
    append_labels(json, *labels);
    json += "\"value\":";
    append_point(json, steps.first, value);
    json += '}';
  }
  return json + "]";
}

}  // namespace

std::string points_of(const LokiSeries& series, const LokiSteps& steps, std::string_view statistics) {
  std::string data = "{\"resultType\":";
  if (steps.step_ns == 0 && series.is_number) {
    data += "\"scalar\",\"result\":";
    append_point(data, steps.first, series.values.begin()->second.front());
  } else if (steps.step_ns == 0) {
    data += "\"vector\",\"result\":" + vector_of(series, steps);
  } else {
    data += "\"matrix\",\"result\":" + matrix_of(series, steps);
  }
  return data.append(",\"stats\":").append(statistics) + "}";
}

std::string loki_statistics(std::uint64_t lines, std::uint64_t bytes, std::uint64_t returned) {
  return "{\"summary\":{\"bytesProcessedPerSecond\":0,\"linesProcessedPerSecond\":0,\"totalBytesProcessed\":" + std::to_string(bytes) +
         ",\"totalLinesProcessed\":" + std::to_string(lines) + ",\"execTime\":0,\"totalEntriesReturned\":" + std::to_string(returned) +
         "}}";
}

}  // namespace logmill::logserve
