#include "logload/report.h"

#include "logload/lane.h"
#include "text/json_writer.h"
#include "text/units.h"

namespace logmill::logload {

namespace {

// Behind schedule by more than this, and the numbers say something about this machine too.
constexpr std::uint64_t kLagTolerated = 5 * base::kNsPerMs;

std::string duration(std::uint64_t ns) { return text::format_duration(static_cast<std::int64_t>(ns)); }

std::string padded(std::string text, std::size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

struct Percentile {
  std::string_view name;
  std::string_view json;
  double percent;
};
constexpr Percentile kPercentiles[] = {{"p50", "p50_ns", 50},       {"p90", "p90_ns", 90},          {"p99", "p99_ns", 99},
                                       {"p99.9", "p99_9_ns", 99.9}, {"p99.99", "p99_99_ns", 99.99}, {"max", "max_ns", 100}};

std::string per_second(double rate) { return text::format_count(static_cast<std::uint64_t>(rate + 0.5)) + "/s"; }

void add_count(std::string& out, std::string_view name, std::uint64_t count, std::string_view note) {
  out += "  " + std::string(name) + std::string(14 - name.size(), ' ') + padded(text::format_count(count), 13);
  if (!note.empty()) out += "   " + std::string(note);
  out += '\n';
}

void add_ledger(std::string& out, const Logload::Options& options, const LoadResult& result) {
  const TargetKind kind = kind_of(options.to);
  add_count(out, "sent", result.sent, "");
  add_count(out, "acknowledged", result.acknowledged, promise_of(kind));
  if (!result.verdict) {
    out += "  (what arrived is not known: --verify DIR reads the store behind it)\n";
    return;
  }
  add_count(out, "stored", result.verdict->stored, "");
  add_count(out, "lost", result.verdict->lost, "");
  add_count(out, "duplicated", result.verdict->duplicated, "");
  add_count(out, "out of order", result.verdict->disordered, "");
}

void add_latencies(std::string& out, const LoadResult& result) {
  out += "\n  latency" + padded("from the plan", 20) + padded("from sending", 16) + "\n";
  for (const Percentile& p : kPercentiles)
    out += "  " + std::string(p.name) + std::string(7 - p.name.size(), ' ') + padded(duration(result.latency.percentile(p.percent)), 20) +
           padded(duration(result.service.percentile(p.percent)), 16) + "\n";
}

void add_honesty(std::string& out, const LoadResult& result) {
  out += "\n  behind schedule: p50 " + duration(result.lag.percentile(50)) + ", p99 " + duration(result.lag.percentile(99)) + ", max " +
         duration(result.lag.max()) + "\n";
  if (result.lag.percentile(99) > kLagTolerated) out += "  The plan was not kept: sender or receiver is at its limit.\n";
}

void add_json_latency(std::string& out, std::string_view key, const base::Histogram& histogram) {
  out += ",\"" + std::string(key) + "\":{";
  for (const Percentile& p : kPercentiles) {
    out += '"' + std::string(p.json) + "\":";
    text::append_integer(out, static_cast<std::int64_t>(histogram.percentile(p.percent)));
    out += ',';
  }
  out += "\"mean_ns\":";
  text::append_integer(out, static_cast<std::int64_t>(histogram.mean()));
  out += '}';
}

void add_json_count(std::string& out, std::string_view key, std::uint64_t count) {
  out += ",\"" + std::string(key) + "\":";
  text::append_integer(out, static_cast<std::int64_t>(count));
}

}  // namespace

std::string format_report(const Logload::Options& options, const LoadResult& result) {
  std::string out = options.to + ": " + per_second(options.rate) + " for " + text::format_duration(options.duration_ns) + ", " +
                    text::format_count(options.connections) + (options.connections == 1 ? " connection" : " connections");
  if (options.warmup_ns > 0) out += ", after " + text::format_duration(options.warmup_ns) + " of warm-up";
  out += "\n\n  rate          " + padded(per_second(result.rate()), 13) + "\n";
  add_ledger(out, options, result);
  add_latencies(out, result);
  add_honesty(out, result);
  return out;
}

std::string format_report_json(const Logload::Options& options, const LoadResult& result) {
  std::string out = "{\"to\":";
  text::append_json_string(out, options.to);
  out += ",\"rate_planned\":";
  text::append_real(out, options.rate);
  out += ",\"rate\":";
  text::append_real(out, result.rate());
  add_json_count(out, "duration_ns", static_cast<std::uint64_t>(options.duration_ns));
  add_json_count(out, "connections", options.connections);
  add_json_count(out, "sent", result.sent);
  add_json_count(out, "acknowledged", result.acknowledged);
  if (result.verdict) {
    add_json_count(out, "stored", result.verdict->stored);
    add_json_count(out, "lost", result.verdict->lost);
    add_json_count(out, "duplicated", result.verdict->duplicated);
    add_json_count(out, "disordered", result.verdict->disordered);
  }
  add_json_latency(out, "latency", result.latency);
  add_json_latency(out, "service", result.service);
  add_json_latency(out, "lag", result.lag);
  return out + "}\n";
}

}  // namespace logmill::logload
