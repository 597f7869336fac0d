#include "logalert/store_watch.h"

#include <algorithm>
#include <limits>
#include <set>

#include "query/filter/time_terms.h"
#include "query/scan/index_pruner.h"
#include "sys/fd.h"
#include "text/units.h"

namespace logmill::logalert {
namespace {

constexpr base::TimeNs kEver = std::numeric_limits<base::TimeNs>::min();
constexpr base::TimeNs kForEver = std::numeric_limits<base::TimeNs>::max();
// The past is counted in slices, each of which is judged before the next: so long that a slice has about so many records, which bounds what
// rules hold meanwhile; but a block that lies in several is read for each.
constexpr std::uint64_t kSliceRecords = 500'000;
constexpr std::int64_t kSliceMinNs = 60 * base::kNsPerSecond, kSliceMaxNs = 3'600 * base::kNsPerSecond;
// Records that are further ahead of the clock have a wrong time, or the clock is wrong: nobody waits for them.
constexpr std::int64_t kAheadMaxNs = base::kNsPerDay;
// So much more of a text than rules look at is given to them, so that they see that it was longer: a character at the end goes with it.
constexpr std::size_t kCutShown = 4;
constexpr int kPauseMaxMs = 1'000;
constexpr int kPauseMinMs = 20;

}  // namespace

StoreWatch::StoreWatch(const std::string& dir, base::TimeNs since, alert::Engine& engine, alert::Delivery& delivery, Metrics& metrics,
                       alert::Room& room, cli::Io& io)
    : engine_(engine), delivery_(delivery), metrics_(metrics), room_(room), io_(io), clock_(io.clock), dir_(dir), given_(since) {
  see_from(since);
}

void StoreWatch::see_from(base::TimeNs since) { view_.emplace(io_.files, dir_, since, kForEver, io_.reporter); }

base::Status StoreWatch::look() {
  LOGMILL_RETURN_IF_ERROR(view_->refresh());
  LOGMILL_ASSIGN_OR_RETURN(hidden_, query::HiddenRows::make(view_->tombstones()));
  news_ = view_->take_news();
  return {};
}

base::Status StoreWatch::give(base::TimeNs from, base::TimeNs to) {
  if (news_.empty()) return {};
  for (alert::RuleInput* const input : engine_.inputs()) {
    const query::Context context{.utc = true};
    LOGMILL_ASSIGN_OR_RETURN(query::Query query, query::Query::parse(input->filter(), context));
    if (from != kEver) LOGMILL_RETURN_IF_ERROR(query.narrow(query::time_term(query::Op::greater_equal, from), context));
    if (to != kForEver) LOGMILL_RETURN_IF_ERROR(query.narrow(query::time_term(query::Op::less, to), context));
    query::IndexPruner pruner(io_.files, io_.reporter, query.filter().expr());
    query::StoreScan scan(query, io_.reporter, io_.stop, &pruner);
    scan.use_workspace(room_.counts);
    scan.leave_out_field_names();
    if (room_.counts.bounded()) scan.hold_texts_up_to(room_.text_bytes_max() + kCutShown);
    if (!input->order_matters()) scan.in_any_order();
    scan.hide(hidden_);
    for (const store::StoreView::News& news : news_) scan.add(*news.segment, news.rows);
    query::Pipeline records(query, *input, room_.counts);
    LOGMILL_RETURN_IF_ERROR(scan.run(records));
    counts_ += scan.counts();
  }
  return {};
}

base::Status StoreWatch::catch_up(base::TimeNs until) {
  LOGMILL_RETURN_IF_ERROR(look());
  const std::int64_t slice_max_ns = std::min(kSliceMaxNs, engine_.span_that_fits());
  std::int64_t slice_ns = std::min(kSliceMinNs, slice_max_ns);
  while (given_ < until && !io_.stop.requested()) {
    const base::TimeNs to = std::min(until, given_ + slice_ns);
    const std::uint64_t before = counts_.rows_matched;
    LOGMILL_RETURN_IF_ERROR(give(given_, to));
    const std::uint64_t counted = counts_.rows_matched - before;
    slice_ns = std::clamp(counted > kSliceRecords       ? slice_ns / 2
                          : counted < kSliceRecords / 4 ? slice_ns * 2
                                                        : slice_ns,
                          std::min(kSliceMinNs, slice_max_ns), slice_max_ns);
    if (io_.stop.requested()) break;  // the scan may have ended before all was given
    LOGMILL_RETURN_IF_ERROR(engine_.advance(to));
    LOGMILL_RETURN_IF_ERROR(delivery_.deliver_due());
    metrics_.tick();
    given_ = to;
  }
  return {};
}

base::Status StoreWatch::follow(std::int64_t wait_ns) {
  // What the first look found of later.
  if (!io_.stop.requested()) LOGMILL_RETURN_IF_ERROR(give(given_, io_.clock.now() + kAheadMaxNs));
  while (!io_.stop.requested() && !io_.reload_wanted) {
    LOGMILL_ASSIGN_OR_RETURN(const auto woken, sys::wait_readable_or_unread(io_.stop.fd(), pause_ms(wait_ns), -1, io_.out));
    if (woken != sys::Readiness::timeout) return {};
    // Before looking: what was committed until then is found.
    const base::TimeNs now = io_.clock.now();
    const std::string done = clock_.what_was_done();
    if (!done.empty()) {
      LOGMILL_RETURN_IF_ERROR(engine_.begin_anew(now - wait_ns, done));
      see_from(now - wait_ns);
    }
    LOGMILL_RETURN_IF_ERROR(look());
    // What was given before it, a view that has just been made gives again.
    LOGMILL_RETURN_IF_ERROR(give(done.empty() ? kEver : now - wait_ns, now + kAheadMaxNs));
    if (io_.stop.requested()) return {};
    LOGMILL_RETURN_IF_ERROR(engine_.advance(now - wait_ns));
    LOGMILL_RETURN_IF_ERROR(delivery_.deliver_due());
    metrics_.tick();
  }
  return {};
}

int StoreWatch::pause_ms(std::int64_t wait_ns) const {
  const std::int64_t ns = engine_.next_tick() + wait_ns - io_.clock.now();
  return static_cast<int>(std::clamp<std::int64_t>(ns / base::kNsPerMs, kPauseMinMs, kPauseMaxMs));
}

}  // namespace logmill::logalert
