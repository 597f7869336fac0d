#include "loggen/pump.h"

#include <algorithm>

namespace logmill::loggen {

namespace {

// Between looks at the clock and the stop flag.
constexpr std::uint64_t kRecordsPerLook = 1'024;

// When to wake for a record: at its time, but never twice within a millisecond.
std::int64_t wake_time(std::int64_t due, std::int64_t now) { return std::max(due, now - now % base::kNsPerMs + base::kNsPerMs); }

class Pump {
 public:
  Pump(Feed& feed, Output& output, const PumpOptions& options, const PumpWorld& world)
      : feed_(feed), output_(output), options_(options), world_(world), start_(world.clock.steady_ns()) {}

  base::Result<PumpReport> run() {
    while (report_.sent < options_.count) {
      LOGMILL_ASSIGN_OR_RETURN(const bool more, feed_.next());
      if (!more) break;
      LOGMILL_ASSIGN_OR_RETURN(const bool go_on, options_.pace == Pace::on_schedule ? wait() : look());
      if (!go_on) break;
      LOGMILL_RETURN_IF_ERROR(feed_.give(output_));
      ++report_.sent;
    }
    world_.tick(report_.sent);
    return std::move(report_);
  }

 private:
  std::int64_t now() const { return world_.clock.steady_ns() - start_; }

  // At full speed. False: time to end.
  base::Result<bool> look() {
    if (report_.sent % kRecordsPerLook != 0) return true;
    world_.tick(report_.sent);
    return !world_.stopped() && (options_.duration_ns == kForever || now() < options_.duration_ns);
  }

  // Until the record is due. False: time to end.
  base::Result<bool> wait() {
    const std::int64_t due = feed_.due_ns();
    if (due >= options_.duration_ns) return false;
    if (due <= now_) return report_.sent % kRecordsPerLook != 0 || !world_.stopped();
    now_ = now();
    if (due > now_) {
      LOGMILL_RETURN_IF_ERROR(output_.flush());
      const std::int64_t wake = wake_time(due, now_);
      while (now_ < wake && !world_.stopped()) {
        world_.pause(wake - now_);
        world_.tick(report_.sent);
        now_ = now();
      }
    }
    report_.lag.add(static_cast<std::uint64_t>(std::max<std::int64_t>(now_ - due, 0)));
    return !world_.stopped();
  }

  static constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();

  Feed& feed_;
  Output& output_;
  const PumpOptions& options_;
  const PumpWorld& world_;
  std::int64_t start_;
  std::int64_t now_ = -1;  // as of the last look at the clock: what is due by then goes out
  PumpReport report_;
};

}  // namespace

base::Result<PumpReport> pump(Feed& feed, Output& output, const PumpOptions& options, const PumpWorld& world) {
  return Pump(feed, output, options, world).run();
}

}  // namespace logmill::loggen
