#include "cli/statistics.h"

#include <algorithm>

#include "sys/fd.h"

namespace logmill::cli {
namespace {
// As often as Prometheus asks for it at most.
constexpr std::int64_t kExportEveryNs = 10 * base::kNsPerSecond;
}  // namespace

Statistics::Statistics(std::string_view program, const StatsOptions& options, Io& io)
    : program_(program), options_(options), io_(io), started_(io.clock.steady_ns()) {
  next_print_ = started_ + static_cast<std::int64_t>(options.interval_seconds * base::kNsPerSecond);
  next_export_ = started_;
}

void Statistics::tick() {
  if (io_.statistics_wanted.exchange(false)) print();
  const std::int64_t now = io_.clock.steady_ns();
  if (options_.interval_seconds > 0 && now >= next_print_) {
    print();
    next_print_ = now + static_cast<std::int64_t>(options_.interval_seconds * base::kNsPerSecond);
  }
  if (!options_.metrics_file.empty() && now >= next_export_) {
    export_metrics(false);
    next_export_ = now + kExportEveryNs;
  }
}

void Statistics::finish(End end) {
  if (options_.enabled) print();
  if (!options_.metrics_file.empty()) export_metrics(end == End::in_order);
}

std::int64_t Statistics::due_in() const {
  std::int64_t due = -1;
  const auto consider = [&](std::int64_t at) {
    const std::int64_t left = std::max<std::int64_t>(at - io_.clock.steady_ns(), 0);
    due = due < 0 ? left : std::min(due, left);
  };
  if (options_.interval_seconds > 0) consider(next_print_);
  if (!options_.metrics_file.empty()) consider(next_export_);
  return due;
}

void Statistics::print() {
  const std::string line = format_counters(program_, counters, io_.clock.steady_ns() - started_) + "\n";
  // Statistics that nobody can read are no reason to end.
  [[maybe_unused]] const auto written = sys::write_all(io_.err, line);
}

void Statistics::export_metrics(bool ended_in_order) {
  std::string text = format_metrics(program_, counters) +
                     "# HELP logmill_ended Whether the program has ended in order.\n# TYPE logmill_ended gauge\nlogmill_ended{program=\"" +
                     std::string(program_) + (ended_in_order ? "\"} 1\n" : "\"} 0\n");
  if (auto written = io_.metrics.write(options_.metrics_file, std::move(text)); !written)
    io_.reporter.warn("metrics", written.error().what);
}

}  // namespace logmill::cli
