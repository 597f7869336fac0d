#include "logalert/input_watch.h"

#include <algorithm>

#include "query/table/table.h"
#include "record/stamp_times.h"
#include "stream/source.h"
#include "sys/fd.h"

namespace logmill::logalert {
namespace {

// Records at most so old are taken to be of now.
constexpr std::int64_t kLiveNs = 60 * base::kNsPerSecond;
// A clock that is further ahead is wrong: it must not make all others late.
constexpr std::int64_t kAheadNs = 300 * base::kNsPerSecond;
constexpr int kPauseMs = 250;

}  // namespace

base::Result<bool> InputWatch::run(codec::Format format, std::int64_t wait_ns) {
  LOGMILL_ASSIGN_OR_RETURN(const auto source, stream::open_source("-", io_.in, {.format = format}, io_.stop, io_.reporter));
  record::Batch batch;
  while (true) {
    if (!source->ready()) {
      LOGMILL_ASSIGN_OR_RETURN(const auto woken, sys::wait_readable(io_.in, kPauseMs, io_.stop.fd()));
      if (woken == sys::Readiness::stopped) return true;
      if (woken == sys::Readiness::timeout) {
        LOGMILL_RETURN_IF_ERROR(judge(wait_ns));
        continue;
      }
    }
    LOGMILL_ASSIGN_OR_RETURN(const stream::Pull pull, source->next(batch));
    if (pull == stream::Pull::stopped) return true;
    if (pull == stream::Pull::end) break;
    LOGMILL_RETURN_IF_ERROR(take(batch));
    LOGMILL_RETURN_IF_ERROR(judge(wait_ns));
  }
  // The windows that the last records are in count as over.
  if (latest_) LOGMILL_RETURN_IF_ERROR(judge_up_to(*latest_ + engine_.longest_every()));
  return source->ended_orderly();
}

base::Status InputWatch::take(record::Batch& batch) {
  const base::TimeNs now = io_.clock.now();
  record::stamp_missing_times(batch, now);
  records_ += batch.rows();
  std::optional<base::TimeNs> first, last;
  for (const base::TimeNs time : batch.times()) {
    if (time > now + kAheadNs) continue;
    first = std::min(first.value_or(time), time);
    last = std::max(last.value_or(time), time);
  }
  if (last && !latest_) LOGMILL_RETURN_IF_ERROR(engine_.start(*first, alert::Past::unknown, std::nullopt));
  if (last) latest_ = std::max(latest_.value_or(*last), *last);
  if (!latest_) return {};
  live_ = live_ || now - *latest_ < kLiveNs;
  LOGMILL_RETURN_IF_ERROR(follow_clock(now));
  query::BatchTable table(batch);
  for (alert::RuleInput* const input : engine_.inputs()) {
    LOGMILL_ASSIGN_OR_RETURN(const query::Query query, query::Query::parse(input->filter(), {.utc = true}));
    query::Pipeline records(query, *input, room_.counts);
    LOGMILL_RETURN_IF_ERROR(records.push(table));
  }
  return {};
}

base::Status InputWatch::judge(std::int64_t wait_ns) {
  if (!latest_) return {};
  LOGMILL_RETURN_IF_ERROR(follow_clock(io_.clock.now()));
  const base::TimeNs now = live_ ? std::max(io_.clock.now(), *latest_) : *latest_;
  return judge_up_to(now - wait_ns);
}

// Records that are not of now do not care what time it is.
base::Status InputWatch::follow_clock(base::TimeNs now) {
  const std::string done = clock_.what_was_done();
  if (done.empty() || !live_) return {};
  latest_ = now;
  return engine_.begin_anew(now, done);
}

base::Status InputWatch::judge_up_to(base::TimeNs until) {
  LOGMILL_RETURN_IF_ERROR(engine_.advance(until));
  LOGMILL_RETURN_IF_ERROR(delivery_.deliver_due());
  metrics_.tick();
  return {};
}

}  // namespace logmill::logalert
