#include "logrecv/forwarder.h"

#include <algorithm>
#include <chrono>

#include "cli/sink_frontiers.h"
#include "sys/fd.h"

namespace logmill::logrecv {
namespace {

constexpr std::uint64_t kFlushBytes = 1 << 20;
// How often the sink is asked while there is room; once the spool is half full, as often as it may be.
constexpr std::int64_t kIdleLookNs = 500 * base::kNsPerMs;
// For a small part of the time only: an answer may take a look at every segment of a store.
constexpr std::int64_t kPauseNs = 20 * base::kNsPerMs;
constexpr std::int64_t kPauseForAnAnswer = 10;

}  // namespace

Forwarder::Forwarder(spool::Spool& spool, std::unique_ptr<stream::Sink> output, const Logrecv::Options& options, cli::Io& io)
    : spool_(spool), output_(std::move(output)), options_(options), io_(io), thread_([this] { run(); }) {}

Forwarder::~Forwarder() {
  if (!thread_.joinable()) return;
  abandoned_ = true;
  wake();
  thread_.join();
}

void Forwarder::wake() {
  const std::lock_guard lock(mutex_);
  more_ = true;
  changed_.notify_one();
}

base::Status Forwarder::status() {
  const std::lock_guard lock(mutex_);
  return outcome_;
}

base::Status Forwarder::finish() {
  closing_ = true;
  wake();
  thread_.join();
  LOGMILL_RETURN_IF_ERROR(outcome_);
  auto closed = output_->close();
  bytes_out_ = output_->bytes_out();
  return closed;
}

void Forwarder::count(cli::Counters& counters) {
  // In this order: nothing goes out that has not come in.
  counters.records_out = records_out_;
  counters.bytes_out = bytes_out_;
  if (const std::uint64_t held = records_held_; held > 0) counters.dropped["held"] = held;
  counters.records_in += records_from_before_.exchange(0);
}

void Forwarder::run() {
  auto outcome = forward_all();
  const std::lock_guard lock(mutex_);
  outcome_ = std::move(outcome);
}

base::Status Forwarder::forward_all() {
  ask_sink();
  while (!abandoned_ && !io_.stop.out_of_grace()) {
    const bool nothing_will_come = closing_;  // before the look: nothing is committed between them
    LOGMILL_ASSIGN_OR_RETURN(const auto frame, spool_.next());
    if (frame) {
      LOGMILL_RETURN_IF_ERROR(forward(*frame));
    } else {
      LOGMILL_RETURN_IF_ERROR(flush());
      if (nothing_will_come) break;
      LOGMILL_RETURN_IF_ERROR(wait());
    }
    ask_sink();
  }
  return flush();
}

base::Status Forwarder::forward(const spool::Spool::Frame& frame) {
  if (frame.from_before) records_from_before_ += frame.records;
  given_.push_back(frame.range);
  if (is_held(frame.range)) {
    records_held_ += frame.records;
    release_held();
    return {};
  }
  unpacker_.give(frame.bytes);
  while (unpacker_.next(batch_)) {
    LOGMILL_RETURN_IF_ERROR(output_->write(batch_));
    records_out_ += batch_.rows();
  }
  if (!unpacker_.damage().empty())
    return base::Error{base::ErrorCode::corrupt, options_.spool.dir + ": " + std::string(unpacker_.damage())};
  bytes_unflushed_ += frame.bytes.size();
  return bytes_unflushed_ < kFlushBytes ? base::Status{} : flush();
}

base::Status Forwarder::flush() {
  if (bytes_unflushed_ > 0) LOGMILL_RETURN_IF_ERROR(output_->flush());
  bytes_out_ = output_->bytes_out();
  bytes_unflushed_ = 0;
  if (!options_.resume.empty()) return {};
  for (; !given_.empty(); given_.pop_front()) spool_.acknowledge_one();
  return {};
}

bool Forwarder::is_held(const record::Range& range) const {
  const auto held = held_.find(range.stream);
  return held && (held->epoch > range.epoch || (held->epoch == range.epoch && held->position >= range.to));
}

void Forwarder::release_held() {
  for (; !given_.empty() && is_held(given_.front()); given_.pop_front()) spool_.acknowledge_one();
}

bool Forwarder::half_full() const { return spool_.bytes() >= options_.spool.bytes / 2; }

bool Forwarder::may_ask(std::int64_t now_ns) const {
  if (options_.resume.empty()) return false;
  if (next_ask_ns_ == 0) return true;
  return !given_.empty() && now_ns >= next_ask_ns_ + (half_full() ? 0 : kIdleLookNs);
}

void Forwarder::ask_sink() {
  const std::int64_t began_ns = io_.clock.steady_ns();
  if (!may_ask(began_ns)) return;
  const auto frontiers = cli::read_frontiers(options_.resume, options_.tls, io_);
  const std::int64_t now_ns = io_.clock.steady_ns();
  next_ask_ns_ = now_ns + std::max(kPauseNs, (now_ns - began_ns) * kPauseForAnAnswer);
  if (!frontiers) {
    io_.reporter.warn("resume", frontiers.error().what + "; what was received stays in " + options_.spool.dir);
    return;
  }
  held_.advance_all(*frontiers);
  release_held();
}

base::Status Forwarder::wait() {
  {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::nanoseconds(half_full() ? kPauseNs : kIdleLookNs), [&] { return more_; });
    more_ = false;
  }
  if (options_.output.to != "-") return {};
  // Whoever reads the output may be gone, and the sink with it: a full spool would wait for it for ever, with nothing to write.
  auto looked = sys::wait_readable_or_unread(io_.stop.fd(), 0, -1, io_.out);
  return looked ? base::Status{} : std::move(looked).error();
}

base::Result<std::unique_ptr<stream::Sink>> open_output(const Logrecv::Options& options, cli::Io& io) {
  const codec::Format wanted = options.output.resolve(options.resume.empty() ? codec::Format::automatic : codec::Format::frames);
  return stream::open_sink(options.output.to, io.out, {.format = wanted, .compress = options.output.compress}, io.stop, io.reporter);
}

}  // namespace logmill::logrecv
