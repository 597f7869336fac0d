#include "loggen/replay.h"

#include <string>

#include "loggen/line_time.h"
#include "record/batch.h"
#include "record/fields.h"
#include "stream/source.h"

namespace logmill::loggen {

namespace {

// Between the last line of one round of --loop and the first of the next.
constexpr std::int64_t kLoopPauseNs = base::kNsPerSecond;
// A line without a year is of the year that puts it near the line before: at most so much later.
constexpr std::int64_t kDisorderNs = base::kNsPerDay;

class ReplayFeed final : public Feed {
 public:
  ReplayFeed(const Loggen::Options& options, const Plan& plan, cli::Io& io)
      : path_(options.replay), loop_(options.loop), io_(io), start_(plan.generator.start) {
    if (options.rate <= 0) return;
    paced_ = true;
    distance_ns_ = 1e9 / options.rate;
    step_ns_ = plan.generator.arrivals.step_ns;
  }

  base::Status open() {
    LOGMILL_ASSIGN_OR_RETURN(source_, stream::open_source(path_, io_.in, {.format = codec::Format::raw}, io_.stop, io_.reporter));
    row_ = 0;
    batch_.clear();
    return {};
  }

  base::Result<bool> next() override {
    while (row_ == batch_.rows()) {
      LOGMILL_ASSIGN_OR_RETURN(const stream::Pull pull, source_->next(batch_));
      row_ = 0;
      if (pull == stream::Pull::stopped) return false;
      if (pull == stream::Pull::batch) continue;
      if (!loop_ || count_ == 0) return false;
      LOGMILL_RETURN_IF_ERROR(begin_again());
    }
    retime(batch_.get(record::kRaw, row_++).text());
    ++count_;
    return true;
  }

  std::int64_t due_ns() const override { return static_cast<std::int64_t>(static_cast<double>(count_ - 1) * distance_ns_); }

  base::Status give(Output& output) override { return output.add_line(line_); }

 private:
  base::Status begin_again() {
    have_first_ = false;
    start_ = last_ + kLoopPauseNs;
    return open();
  }

  void retime(std::string_view line) {
    line_ = line;
    const auto found = find_line_time(line, have_first_ ? previous_ + kDisorderNs : io_.clock.now());
    if (!found) return;
    previous_ = found->time;
    if (!have_first_) {
      have_first_ = true;
      first_ = found->time;
    }
    const base::TimeNs moved =
        paced_ ? start_of_run() + static_cast<std::int64_t>(static_cast<double>(count_) * step_ns_) : start_ + (found->time - first_);
    last_ = moved;
    retimed_.assign(line.substr(0, found->offset));
    append_line_time(retimed_, *found, moved);
    retimed_.append(line.substr(found->offset + found->size));
    line_ = retimed_;
  }

  // With a rate, the count goes on through all rounds of --loop, and so do the times.
  base::TimeNs start_of_run() {
    if (count_ == 0) run_start_ = start_;
    return run_start_;
  }

  std::string path_;
  bool loop_;
  cli::Io& io_;
  base::TimeNs start_, run_start_ = 0;
  bool paced_ = false;
  double distance_ns_ = 0, step_ns_ = 0;

  std::unique_ptr<stream::Source> source_;
  record::Batch batch_;
  std::size_t row_ = 0;
  std::uint64_t count_ = 0;  // lines so far, in all rounds
  bool have_first_ = false;
  base::TimeNs first_ = 0, previous_ = 0;  // as the log has them
  base::TimeNs last_ = 0;                  // as it was moved
  std::string_view line_;
  std::string retimed_;
};

}  // namespace

base::Result<std::unique_ptr<Feed>> open_replay(const Loggen::Options& options, const Plan& plan, cli::Io& io) {
  auto feed = std::make_unique<ReplayFeed>(options, plan, io);
  LOGMILL_RETURN_IF_ERROR(feed->open());
  return std::unique_ptr<Feed>(std::move(feed));
}

}  // namespace logmill::loggen
