#include "logalert/metrics.h"

namespace logmill::logalert {
namespace {

constexpr std::int64_t kEveryNs = 5 * base::kNsPerSecond;

void append_metric(std::string& text, std::string_view name, std::string_view type, std::string_view help, std::uint64_t value) {
  const std::string full = "logmill_alert_" + std::string(name);
  text.append("# HELP ").append(full).append(" ").append(help).append("\n# TYPE ").append(full).append(" ").append(type).append("\n");
  text.append(full).append(" ").append(std::to_string(value)).append("\n");
}

}  // namespace

void Metrics::tick() {
  if (path_.empty() || io_.clock.steady_ns() < next_ns_) return;
  next_ns_ = io_.clock.steady_ns() + kEveryNs;
  write();
}

void Metrics::write() {
  if (path_.empty()) return;
  auto all = text();
  const base::Status written = all ? io_.metrics.write(path_, *std::move(all)) : base::Status(all.error());
  if (!written) io_.reporter.warn("metrics", path_ + ": " + written.error().what);
}

base::Result<std::string> Metrics::text() const {
  LOGMILL_ASSIGN_OR_RETURN(const std::uint64_t waiting, state_.outgoing_waiting());
  std::string text;
  append_metric(text, "notifications_total", "counter", "Notifications made.", engine_.notifications());
  append_metric(text, "delivered_total", "counter", "Notifications delivered.", delivery_.delivered());
  append_metric(text, "delivery_failures_total", "counter", "Deliveries that failed.", delivery_.failures());
  append_metric(text, "notifications_waiting", "gauge", "Notifications made and neither delivered nor given up.", waiting);
  append_metric(text, "records_late_total", "counter", "Records that came after their windows were judged.", engine_.late());
  text += "# HELP logmill_alert_left_out_total What was left out because --memory was full.\n# TYPE logmill_alert_left_out_total counter\n";
  for (const alert::LeftOutKind& kind : alert::left_out_kinds())
    text.append("logmill_alert_left_out_total{what=\"").append(kind.name).append("\"} ") +=
        std::to_string(engine_.left_out().*kind.count) + "\n";
  append_metric(text, "series_pending", "gauge", "Series that are pending.", engine_.series_in(alert::State::pending));
  append_metric(text, "series_firing", "gauge", "Series that fire.", engine_.series_in(alert::State::firing));
  append_metric(text, "next_tick_seconds", "gauge", "The earliest tick that is not judged, in seconds since the epoch.",
                static_cast<std::uint64_t>(engine_.next_tick() / base::kNsPerSecond));
  return text;
}

}  // namespace logmill::logalert
