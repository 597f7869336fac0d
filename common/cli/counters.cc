#include "cli/counters.h"

#include "text/units.h"

namespace logmill::cli {
namespace {

std::uint64_t dropped_total(const Counters& counters) {
  std::uint64_t total = 0;
  for (const auto& [cause, records] : counters.dropped) total += records;
  return total;
}

}  // namespace

std::uint64_t Counters::pending() const { return records_in - records_out - dropped_total(*this); }

void Counters::drop(std::string_view cause, std::uint64_t records) {
  if (records == 0) return;
  const auto it = dropped.find(cause);
  if (it == dropped.end())
    dropped.emplace(cause, records);
  else
    it->second += records;
}

std::string format_counters(std::string_view program, const Counters& counters, std::int64_t elapsed_ns) {
  std::string text(program);
  text += ": " + text::format_count(counters.records_in) + " in, " + text::format_count(counters.records_out) + " out, " +
          text::format_count(dropped_total(counters)) + " dropped";
  std::string_view separator = " (";
  for (const auto& [cause, records] : counters.dropped) {
    text += separator;
    text += cause + " " + text::format_count(records);
    separator = ", ";
  }
  if (!counters.dropped.empty()) text += ')';
  text += ", " + text::format_count(counters.pending()) + " pending; " + text::format_size(counters.bytes_in) + " in " +
          text::format_duration(elapsed_ns);
  if (elapsed_ns > 0) {
    const double seconds = static_cast<double>(elapsed_ns) / base::kNsPerSecond;
    text += ", " + text::format_count(static_cast<std::uint64_t>(static_cast<double>(counters.records_in) / seconds)) + "/s";
  }
  return text;
}

std::string format_metrics(std::string_view program, const Counters& counters) {
  const std::string label = "{program=\"" + std::string(program) + "\"";
  std::string text;
  const auto add = [&](std::string_view name, std::string_view help, std::string_view type, std::uint64_t value) {
    text += "# HELP " + std::string(name) + " " + std::string(help) + "\n# TYPE " + std::string(name) + " " + std::string(type) + "\n" +
            std::string(name) + label + "} " + std::to_string(value) + "\n";
  };
  add("logmill_records_in_total", "Records taken in.", "counter", counters.records_in);
  add("logmill_records_out_total", "Records given on.", "counter", counters.records_out);
  add("logmill_bytes_in_total", "Bytes taken in.", "counter", counters.bytes_in);
  add("logmill_bytes_out_total", "Bytes given on.", "counter", counters.bytes_out);
  add("logmill_records_pending", "Records taken in and not yet decided.", "gauge", counters.pending());
  text +=
      "# HELP logmill_records_dropped_total Records not given on, by cause.\n"
      "# TYPE logmill_records_dropped_total counter\n";
  for (const auto& [cause, records] : counters.dropped)
    text += "logmill_records_dropped_total" + label + ",cause=\"" + cause + "\"} " + std::to_string(records) + "\n";
  return text;
}

}  // namespace logmill::cli
