// Two threads: this one reads and decodes, the other encodes and writes (and a third, idle mostly,
// maintains the store). Decoding and encoding cost about the same, so that two cores are busy; the
// queue between them is bounded, and so the input is held back when the disk is slow.
//
// The reading thread owns the source (the other releases what is committed), the writing thread the target and the statistics;
// batches change hands in the queue; `io` is shared, its parts being safe from any thread.
#include <algorithm>
#include <deque>
#include <thread>

#include "cli/statistics.h"
#include "logstore/batch_queue.h"
#include "logstore/logstore.h"
#include "logstore/target.h"
#include "maintain/background_maintenance.h"
#include "record/stamp_times.h"
#include "stream/source.h"
#include "sys/fd.h"
#include "sys/heap.h"
#include "text/units.h"

namespace logmill::logstore {
namespace {

constexpr std::size_t kQueuedBatchesMax = 4;
// Of the memory. The batch being read and the one on its way have as much again.
constexpr std::uint64_t kQueueShare = 16;
// A batch that takes more than this part, which is that of a line of many megabytes, is written before the next is read.
constexpr std::uint64_t kHugeShare = 6;
constexpr std::int64_t kIdleNs = 500 * base::kNsPerMs;
// While the source waits for room, between looks at whether a commit has ended.
constexpr std::int64_t kCrowdedNs = 2 * base::kNsPerMs;
constexpr int kFullDiskRetryMs = 500;

// What came in that the batches do not show; written by the reading thread.
struct Taken {
  std::atomic<std::uint64_t> bytes = 0;
  std::atomic<std::uint64_t> empty_lines = 0;
};

// The writing thread's work.
class Writer {
 public:
  Writer(const Options& options, cli::Io& io, stream::Source& source, BatchQueue& queue, Target& target, const Taken& taken)
      : options_(options),
        io_(io),
        source_(source),
        queue_(queue),
        target_(target),
        taken_(taken),
        statistics_(Logstore::kName, options.stats, io) {}

  // Until the queue is finished, or an error.
  void run() {
    outcome_ = work();
    queue_.close();
    update_counters();
    statistics_.finish(outcome_ ? cli::Statistics::End::in_order : cli::Statistics::End::failed);
    if (outcome_ && options_.stats.enabled) report_size();
  }
  // After `run`.
  base::Status outcome() const { return outcome_; }

 private:
  base::Status work() {
    record::Batch batch;
    while (true) {
      const auto popped = queue_.pop(batch, std::chrono::nanoseconds(wait_ns()));
      if (popped == BatchQueue::Popped::finished) break;
      if (popped == BatchQueue::Popped::batch) {
        appended_.push_back(batch.range());
        const bool huge = batch.memory_bytes() > options_.memory_bytes / kHugeShare;
        LOGMILL_RETURN_IF_ERROR(append(batch));
        if (huge) LOGMILL_RETURN_IF_ERROR(settle());
        queue_.give_back(std::move(batch));
        batch = {};
      }
      if (source_.crowded()) LOGMILL_RETURN_IF_ERROR(retrying([this] { return target_.commit_soon(); }));
      if (io_.reload_wanted.exchange(false)) LOGMILL_RETURN_IF_ERROR(target_.reopen());
      LOGMILL_RETURN_IF_ERROR(retrying([this] { return target_.tick(); }));
      release_committed();
      update_counters();
      statistics_.tick();
    }
    LOGMILL_RETURN_IF_ERROR(retrying([this] { return target_.close(); }));
    release_committed();
    return {};
  }

  // Nothing is left of what came so far when the next huge line is read.
  base::Status settle() {
    LOGMILL_RETURN_IF_ERROR(retrying([this] { return target_.commit(); }));
    sys::give_back_free_heap();
    return {};
  }

  // What nobody named has no frontier to be trimmed by: kept any longer, it would be there twice after a kill.
  bool committed(const record::Range& range) const {
    if (!range.named()) return true;
    const auto frontier = target_.frontier(range.stream);
    return frontier && (frontier->epoch > range.epoch || (frontier->epoch == range.epoch && frontier->position >= range.to));
  }
  void release_committed() {
    std::size_t batches = 0;
    for (; !appended_.empty() && committed(appended_.front()); ++batches) appended_.pop_front();
    if (batches > 0) source_.release(batches);
  }

  base::Status append(record::Batch& batch) {
    auto taken = target_.append(batch);
    if (taken || taken.error().code != base::ErrorCode::again) return taken;
    // The disk may be full, or the batch may not follow what the store has: when the way is free,
    // it is the latter.
    LOGMILL_RETURN_IF_ERROR(retrying([this] { return target_.commit(); }));
    return target_.append(batch);
  }

  // Does it again as long as the disk is full, unless a stop is requested or the user wants it
  // otherwise.
  template <class Do>
  base::Status retrying(Do what) {
    bool said = false;
    while (true) {
      base::Status done = what();
      if (done || done.error().code != base::ErrorCode::again || options_.on_full == OnFull::fail) {
        if (done && said) io_.reporter.warn("disk_full", "there is space again; nothing was lost");
        return done;
      }
      if (!said) io_.reporter.warn("disk_full", done.error().what + "; 0 records lost, waiting (--on-full)");
      said = true;
      LOGMILL_ASSIGN_OR_RETURN(const sys::Readiness waited, sys::wait_readable(io_.stop.fd(), kFullDiskRetryMs, -1));
      if (waited == sys::Readiness::ready) return done;
    }
  }

  std::int64_t wait_ns() const {
    const std::int64_t now = io_.clock.steady_ns();
    std::int64_t wait = source_.crowded() ? kCrowdedNs : kIdleNs;
    if (const auto due = target_.commit_due_ns()) wait = std::min(wait, *due - now);
    if (statistics_.due_in() >= 0) wait = std::min(wait, statistics_.due_in());
    return std::max<std::int64_t>(wait, 0);
  }

  void update_counters() {
    const TargetCounters of = target_.counters();
    cli::Counters& to = statistics_.counters;
    to.records_in = of.records_in;
    to.records_out = of.records_committed;
    if (of.records_repeated > 0) to.dropped["repeated"] = of.records_repeated;
    to.dropped.erase("empty");
    to.take_empty_lines(taken_.empty_lines.load(std::memory_order_relaxed));
    to.bytes_in = taken_.bytes.load(std::memory_order_relaxed);
    to.bytes_out = of.bytes_written;
  }

  void report_size() const {
    const TargetCounters of = target_.counters();
    if (of.records_committed == 0 || of.sealed_bytes == 0) return;
    const std::uint64_t tenths = of.sealed_bytes * 10 / of.records_committed;
    std::string line = "logstore: " + text::format_size(of.sealed_bytes) + " on disk, " + std::to_string(tenths / 10) + "." +
                       std::to_string(tenths % 10) + " bytes a record";
    if (const std::uint64_t bytes_in = taken_.bytes.load(std::memory_order_relaxed); bytes_in > 0) {
      const std::uint64_t ratio = bytes_in * 10 / of.sealed_bytes;
      line += ", " + std::to_string(ratio / 10) + "." + std::to_string(ratio % 10) + " times smaller than the input";
    }
    [[maybe_unused]] const auto written = sys::write_all(io_.err, line + "\n");
  }

  const Options& options_;
  cli::Io& io_;
  stream::Source& source_;
  BatchQueue& queue_;
  Target& target_;
  const Taken& taken_;
  cli::Statistics statistics_;
  base::Status outcome_;
  std::deque<record::Range> appended_;  // of the batches that are not released
};

// The reading thread's work: until the end, a stop, or the writer's failure.
base::Status read_all(stream::Source& source, BatchQueue& queue, cli::Io& io, Taken& taken) {
  while (true) {
    record::Batch batch = queue.take_empty();
    LOGMILL_ASSIGN_OR_RETURN(const stream::Pull pull, source.next(batch));
    taken.bytes.store(source.bytes_in(), std::memory_order_relaxed);
    taken.empty_lines.store(source.empty_lines(), std::memory_order_relaxed);
    if (pull != stream::Pull::batch) return {};
    record::stamp_missing_times(batch, io.clock.now());
    if (!queue.push(std::move(batch))) return {};
  }
}

}  // namespace

base::Result<cli::Exit> ingest(const Options& options, cli::Io& io) {
  sys::keep_heap_small();
  LOGMILL_ASSIGN_OR_RETURN(const auto target, open_target(options, io));
  const stream::SourceOptions source_options{.format = options.input.format, .keep = true};
  LOGMILL_ASSIGN_OR_RETURN(const auto source, stream::open_source(options.input.from, io.in, source_options, io.stop, io.reporter));
  BatchQueue queue(kQueuedBatchesMax, options.memory_bytes / kQueueShare);
  Taken taken;
  Writer writer(options, io, *source, queue, *target, taken);
  LOGMILL_ASSIGN_OR_RETURN(const auto policy, maintenance_policy(options));
  maintain::BackgroundMaintenance maintenance(io.files, options.store.dir, policy, io.clock, io.reporter);
  if (!options.flat) maintenance.start();
  std::thread writing([&writer] { writer.run(); });
  const base::Status read = read_all(*source, queue, io, taken);
  queue.finish();
  writing.join();
  maintenance.stop();
  // What the last segment made too much goes too.
  if (!options.flat && writer.outcome()) maintenance.run_round();

  // What went wrong last is what the user needs: nothing is in the store that the writer did not
  // put there.
  LOGMILL_RETURN_IF_ERROR(writer.outcome());
  if (!read) return read.error();
  if (!source->ended_orderly() && !io.stop.requested())
    return base::Error{base::ErrorCode::again, "the input ended without its mark of an end: what feeds it was interrupted"};
  return cli::Exit::done;
}

}  // namespace logmill::logstore
