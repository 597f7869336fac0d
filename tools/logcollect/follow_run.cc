#include "logcollect/follow_run.h"

#include <algorithm>
#include <utility>

#include "sys/fd.h"

namespace logmill::logcollect {
namespace {

constexpr std::int64_t kRescanNs = 10 * base::kNsPerSecond;
constexpr std::int64_t kPollNs = base::kNsPerSecond;
// However often folders change, not everything is looked at all the time.
constexpr std::int64_t kPauseBetweenLooksNs = 100 * base::kNsPerMs;

}  // namespace

base::Status FollowRun::run() {
  feed_.while_looking([this] { read_between(); });
  look_at_everything();
  while (!io_.stop.requested()) {
    LOGMILL_RETURN_IF_ERROR(take_changes());
    if (feed_.next(batch_)) {
      LOGMILL_RETURN_IF_ERROR(outlet_.write(batch_, feed_.bytes_in()));
      continue;
    }
    if (options_.mode == Mode::once) return {};
    LOGMILL_RETURN_IF_ERROR(outlet_.pause());
    LOGMILL_RETURN_IF_ERROR(wait());
  }
  return {};
}

base::Status FollowRun::take_changes() {
  if (options_.mode == Mode::once) return {};
  LOGMILL_ASSIGN_OR_RETURN(const bool everything, feed_.look_at_changes());
  if (everything || io_.reload_wanted.exchange(false)) next_look_ = std::min(next_look_, last_look_ + kPauseBetweenLooksNs);
  if (io_.clock.steady_ns() >= next_look_) look_at_everything();
  return std::exchange(status_between_, {});
}

// In the middle of a look: what is new goes out, but does not keep it from its end.
void FollowRun::read_between() {
  constexpr int kBatchesMax = 64;
  if (!status_between_ || io_.stop.requested() || options_.mode == Mode::once) return;
  const auto everything = feed_.look_at_changes();
  if (!everything) return status_between_ = everything.error(), void();
  look_again_ |= *everything;
  int batches = 0;
  for (; status_between_ && batches < kBatchesMax && feed_.next(batch_); ++batches)
    status_between_ = outlet_.write(batch_, feed_.bytes_in());
  if (status_between_ && batches > 0) status_between_ = outlet_.pause();
}

void FollowRun::look_at_everything() {
  feed_.look_at_everything();
  last_look_ = io_.clock.steady_ns();
  next_look_ = last_look_ + (std::exchange(look_again_, false) ? kPauseBetweenLooksNs : look_interval());
}

std::int64_t FollowRun::look_interval() const {
  if (options_.rescan_ns > 0) return options_.rescan_ns;
  return options_.poll || feed_.misses_changes() ? kPollNs : kRescanNs;
}

base::Status FollowRun::wait() {
  std::int64_t ns = std::max<std::int64_t>(next_look_ - io_.clock.steady_ns(), 0);
  if (outlet_.due_in() >= 0) ns = std::min(ns, outlet_.due_in());
  if (feed_.due_at() >= 0) ns = std::clamp<std::int64_t>(feed_.due_at() - io_.clock.steady_ns(), 0, ns);
  const int ms = static_cast<int>(ns / base::kNsPerMs + 1);
  const int fd = feed_.fd() >= 0 ? feed_.fd() : io_.stop.fd();
  const int reader = options_.output.to == "-" ? io_.out : -1;
  if (auto waited = sys::wait_readable_or_unread(fd, ms, io_.stop.fd(), reader); !waited) return std::move(waited).error();
  return {};
}

}  // namespace logmill::logcollect
