#include "alert/delivery.h"

#include <algorithm>

#include "sys/fd.h"
#include "text/units.h"

namespace logmill::alert {
namespace {

constexpr std::int64_t kFirstPauseNs = base::kNsPerSecond;
constexpr std::int64_t kPauseMaxNs = 300 * base::kNsPerSecond;

// Twice as long each time.
std::int64_t pause_ns(std::uint64_t attempts) {
  constexpr std::uint64_t kDoublingsMax = 16;
  return std::min(kPauseMaxNs, kFirstPauseNs << std::min(attempts, kDoublingsMax));
}

// All pauses so far.
std::int64_t pauses_ns(std::uint64_t attempts) {
  std::int64_t sum = 0;
  for (std::uint64_t i = 0; i < attempts; ++i) sum += pause_ns(i);
  return sum;
}

}  // namespace

base::Status Delivery::deliver_due() {
  if (!settled_) {
    LOGMILL_ASSIGN_OR_RETURN(settled_, settle());
  }
  if (!settled_) return {};
  for (const Action& action : rules_.actions)
    while (!io_.stop.requested()) {
      LOGMILL_ASSIGN_OR_RETURN(const bool more, deliver_next(action));
      if (!more) break;
    }
  return {};
}

base::Result<bool> Delivery::settle() {
  LOGMILL_ASSIGN_OR_RETURN(const Receipt::Last last, receipt_->look());
  if (last.found == Receipt::Found::under_way) return false;
  if (last.found == Receipt::Found::nothing) return true;
  // They are delivered in their order: if it is not the next one, its end is known already.
  LOGMILL_ASSIGN_OR_RETURN(const auto waiting, state_.next_outgoing(last.action));
  const Action* const action = rules_.find_action(last.action);
  if (!action || !waiting || waiting->outgoing.key != last.key) return true;
  if (last.found == Receipt::Found::in_doubt) {
    reporter_.warn("doubt", "action " + last.action + ": a delivery was killed, and nobody knows how far it was; it is made again");
  } else if (last.status) {
    LOGMILL_RETURN_IF_ERROR(state_.mark_delivered(waiting->outgoing.id, clock_.now()));
    ++delivered_;
  } else if (waiting->due <= clock_.now()) {
    LOGMILL_RETURN_IF_ERROR(put_off(*action, waiting->outgoing, last.status.error()));
  }
  return true;
}

base::Result<bool> Delivery::deliver_next(const Action& action) {
  LOGMILL_ASSIGN_OR_RETURN(const auto waiting, state_.next_outgoing(action.name));
  if (!waiting) return false;
  // Further off than any pause it is only for a clock that was set back.
  const std::int64_t wait_ns = waiting->due - clock_.now();
  if (wait_ns > 0 && wait_ns <= kPauseMaxNs) return false;
  const Outgoing& outgoing = waiting->outgoing;
  step("before the delivery");
  auto delivered = receipt_ ? receipt_->deliver(action, outgoing, io_) : action.kind->deliver(action, outgoing, io_);
  if (!delivered && delivered.error().what.ends_with(sys::kBrokenPipe)) return std::move(delivered).error();
  if (!delivered) {
    LOGMILL_RETURN_IF_ERROR(put_off(action, outgoing, delivered.error()));
    return false;
  }
  step("delivered");
  LOGMILL_RETURN_IF_ERROR(state_.mark_delivered(outgoing.id, clock_.now()));
  step("marked");
  ++delivered_;
  return true;
}

base::Status Delivery::put_off(const Action& action, const Outgoing& outgoing, const base::Error& error) {
  ++failures_;
  const base::TimeNs now = clock_.now();
  const std::string what = "action " + action.name + ": " + error.what;
  // Not by its age: what is caught up with after a day has as long as any other.
  const std::int64_t tried_ns = pauses_ns(outgoing.attempts);
  if (tried_ns >= action.give_up_ns) {
    reporter_.warn("given_up", what + "; given up after " + text::format_duration(tried_ns));
    return state_.mark_given_up(outgoing.id, error.what, now);
  }
  reporter_.warn("delivery", what + "; trying again in " + text::format_duration(pause_ns(outgoing.attempts)));
  return state_.put_off(outgoing.id, now + pause_ns(outgoing.attempts), error.what);
}

}  // namespace logmill::alert
