#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>

#include "logship/feed.h"
#include "spool/spool.h"
#include "sys/fd.h"

namespace logmill::logship {
namespace {

// A sync costs as much as writing a few megabytes.
constexpr std::uint64_t kCommitBytes = 4 << 20;
constexpr int kFullDiskRetryMs = 1'000;
constexpr int kFullSpoolLookMs = 100;

class SpoolFeed final : public Feed {
 public:
  SpoolFeed(std::unique_ptr<spool::Spool> spool, const Logship::Options& options, InputReader& input, record::Overload& overload,
            cli::Io& io)
      : spool_(std::move(spool)),
        options_(options),
        input_(input),
        overload_(overload),
        io_(io),
        wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

  void read_all() override {
    outcome_ = spool_all();
    // What arrived whole is kept, whatever came after it.
    auto committed = commit();
    if (outcome_) outcome_ = std::move(committed);
    in_order_ = outcome_.has_value() && (input_.ended_orderly() || io_.stop.requested());
    closed_ = true;
    wake();
  }

  base::Result<std::optional<transport::LinkSender::Frame>> pop() override {
    while (true) {
      const bool closed = closed_;
      LOGMILL_ASSIGN_OR_RETURN(auto frame, spool_->next());
      if (frame) {
        if (frame->from_before) records_from_before_ += frame->records;
        return std::optional(transport::LinkSender::Frame{std::move(frame->bytes), frame->range, frame->records});
      }
      // The wake that is taken here may be that of a commit after the look above.
      std::uint64_t wakes = 0;
      if (::read(wake_.get(), &wakes, sizeof wakes) > 0 && !closed) continue;
      finished_ = closed;
      return std::optional<transport::LinkSender::Frame>();
    }
  }
  bool finished() override { return finished_; }
  void acknowledged() override { spool_->acknowledge_one(); }
  int wake_fd() const override { return wake_.get(); }
  bool keeps() const override { return true; }
  bool takes_more() const override { return !closed_ && !full_; }
  bool may_leave() const override { return closed_ && !in_order_; }
  void abandon() override { abandoned_ = true; }
  void count(cli::Counters& counters) const override {
    counters.records_in = records_in_ + overload_.told() + records_from_before_;
    count_dropped(counters, "repeated", repeated_);
    count_dropped(counters, "overload", overload_.dropped());
  }
  base::Status close() override {
    auto closed = spool_->close();
    return outcome_ ? closed : outcome_;
  }

 private:
  base::Status spool_all() {
    record::Batch batch;
    while (true) {
      LOGMILL_ASSIGN_OR_RETURN(const stream::Pull pull, input_.next(batch));
      if (pull != stream::Pull::batch) return {};
      LOGMILL_RETURN_IF_ERROR(wait_for_room());
      const std::uint64_t rows = batch.rows();
      overload_.relieve(batch, static_cast<double>(spool_->bytes()) / static_cast<double>(options_.spool.bytes));
      LOGMILL_ASSIGN_OR_RETURN(const std::size_t repeated, spool_->append(batch));
      records_in_ += rows;
      repeated_ += repeated;
      ++batches_taken_;
      if (spool_->uncommitted_bytes() >= kCommitBytes || !input_.ready() || input_.crowded()) LOGMILL_RETURN_IF_ERROR(commit());
    }
    return {};
  }

  // A stop ends the wait: one batch more than there is room for is better than one that came from a pipe and is gone.
  base::Status wait_for_room() {
    if (spool_->wait_for_room(0)) return {};
    LOGMILL_RETURN_IF_ERROR(commit());
    if (spool_->wait_for_room(kFullSpoolLookMs)) return {};
    io_.reporter.warn("spool_full", options_.spool.dir + ": full; waiting for the receiver (--spool-size)");
    full_ = true;
    while (!spool_->wait_for_room(kFullSpoolLookMs) && !abandoned_ && !io_.stop.requested()) {
    }
    full_ = false;
    return {};
  }

  base::Status commit() {
    while (true) {
      auto done = spool_->commit();
      if (done) break;
      if (done.error().code != base::ErrorCode::again || io_.stop.requested() || abandoned_) return done;
      io_.reporter.warn("spool_waits", done.error().what + "; waiting, nothing is read");
      (void)sys::wait_readable(io_.stop.fd(), kFullDiskRetryMs, -1);
    }
    input_.release(std::exchange(batches_taken_, 0));
    wake();
    return {};
  }

  void wake() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto wrote = ::write(wake_.get(), &one, sizeof one);
  }

  std::unique_ptr<spool::Spool> spool_;
  const Logship::Options& options_;
  InputReader& input_;
  record::Overload& overload_;  // the reader's, but for its counts
  cli::Io& io_;
  sys::Fd wake_;

  base::Status outcome_;           // the reader's, until it ended
  std::size_t batches_taken_ = 0;  // the reader's: not committed
  std::atomic<std::uint64_t> records_in_ = 0, repeated_ = 0;
  std::atomic<bool> closed_ = false, in_order_ = false, full_ = false, abandoned_ = false;

  std::uint64_t records_from_before_ = 0;  // the sender's
  bool finished_ = false;                  // the sender's
};

}  // namespace

base::Result<std::unique_ptr<Feed>> make_spool_feed(const Logship::Options& options, InputReader& input, record::Overload& overload,
                                                    cli::Io& io) {
  const spool::SpoolOptions limits{.bytes_max = options.spool.bytes,
                                   .compress = options.compress ? codec::Compress::yes : codec::Compress::no};
  LOGMILL_ASSIGN_OR_RETURN(auto spool, spool::Spool::open(io.files, options.spool.dir, limits, io.reporter));
  return std::unique_ptr<Feed>(std::make_unique<SpoolFeed>(std::move(spool), options, input, overload, io));
}

}  // namespace logmill::logship
