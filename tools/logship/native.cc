// Two threads: one waits for input, the other for the receiver, who may be gone or slow while input
// comes, or acknowledge while none does. Between them is one bounded queue; the reader owns the
// input and the encoder, the sender owns the link and the counters.
#include "logship/native.h"

#include <optional>
#include <thread>

#include "codec/writer.h"
#include "logship/frame_queue.h"
#include "sys/entropy.h"
#include "text/units.h"

namespace logmill::logship {
namespace {

constexpr int kTickMs = 200;
// Frames ready to be sent while the window is full: enough to keep the link busy.
constexpr std::uint64_t kQueueBytes = 4 << 20;

transport::LinkSenderOptions link_options(const Logship::Options& options) {
  transport::LinkSenderOptions link;
  link.dial.tls = options.tls;
  link.dial.dead_peer_ms = static_cast<int>(options.dead_after_ns / base::kNsPerMs);
  link.acknowledged = options.acknowledged;
  link.window_bytes = options.window_bytes;
  link.backoff_min_ns = options.backoff_min_ns;
  link.backoff_max_ns = options.backoff_max_ns;
  link.give_up_after_ns = options.give_up_after_ns;
  link.retries_max = static_cast<unsigned>(options.retries_max);
  link.ping_after_ns = options.dead_after_ns / 3;
  sys::fill_random(&link.seed, sizeof link.seed);
  return link;
}

// The reader's thread: input to frames.
class Encoder {
 public:
  Encoder(InputReader& input, FrameQueue& queue, bool compress)
      : input_(input),
        queue_(queue),
        writer_(codec::make_writer(codec::Format::frames, compress ? codec::Compress::yes : codec::Compress::no)) {}

  void run() {
    outcome_ = encode_all();
    queue_.close();
  }
  // After the thread has ended.
  const base::Status& status() const { return outcome_; }

 private:
  base::Status encode_all() {
    record::Batch batch;
    while (true) {
      LOGMILL_ASSIGN_OR_RETURN(const stream::Pull pull, input_.next(batch));
      if (pull != stream::Pull::batch) return {};
      transport::LinkSender::Frame frame;
      LOGMILL_RETURN_IF_ERROR(writer_->append(batch, frame.bytes));
      frame.range = batch.range();
      frame.records = batch.rows();
      if (!queue_.push(std::move(frame))) return {};
    }
  }

  InputReader& input_;
  FrameQueue& queue_;
  std::unique_ptr<codec::Writer> writer_;
  base::Status outcome_;
};

// The sender's thread.
class Shipment {
 public:
  Shipment(const Logship::Options& options, const transport::Address& address, InputReader& input, FrameQueue& queue, cli::Io& io,
           cli::Statistics& statistics)
      : options_(options), queue_(queue), io_(io), statistics_(statistics), link_(address, link_options(options), io.clock, io.reporter) {
    link_.on_acknowledged = [this, &input](const transport::LinkSender::Frame& frame) {
      input.release(1);
      statistics_.counters.records_out += frame.records;
      statistics_.counters.bytes_out += frame.bytes.size();
    };
  }

  base::Status send_all() {
    while (!link_.done()) {
      take_frames();
      LOGMILL_RETURN_IF_ERROR(link_.work(kTickMs, link_.has_room() ? queue_.wake_fd() : -1));
      statistics_.tick();
      if (out_of_grace()) return base::Error{base::ErrorCode::again, "stopped"};
    }
    return {};
  }
  std::uint64_t records_held() const { return link_.records_held(); }

 private:
  void take_frames() {
    while (link_.has_room()) {
      auto frame = queue_.pop();
      if (!frame) break;
      statistics_.counters.records_in += frame->records;
      link_.push(*std::move(frame));
    }
    if (queue_.finished()) link_.finish();
  }

  bool out_of_grace() {
    if (!io_.stop.requested()) return false;
    const std::int64_t now = io_.clock.steady_ns();
    if (!deadline_) deadline_ = now + options_.grace_ns;
    return now >= *deadline_;
  }

  const Logship::Options& options_;
  FrameQueue& queue_;
  cli::Io& io_;
  cli::Statistics& statistics_;
  transport::LinkSender link_;
  std::optional<std::int64_t> deadline_;
};

}  // namespace

base::Result<cli::Exit> send_frames(const Logship::Options& options, const transport::Address& address, InputReader& input, cli::Io& io,
                                    cli::Statistics& statistics) {
  FrameQueue queue(kQueueBytes);
  Encoder encoder(input, queue, options.compress);
  Shipment shipment(options, address, input, queue, io, statistics);
  std::thread reading([&] { encoder.run(); });
  auto sent = shipment.send_all();
  if (!sent) {
    // The reader may wait for input that never comes, or for room.
    queue.abandon();
    io.stop.request();
  }
  reading.join();
  statistics.counters.bytes_in = input.bytes_in();
  statistics.counters.take_empty_lines(input.empty_lines());
  statistics.finish();
  if (!sent) {
    sent.error().what += "; records not acknowledged: " + text::format_count(shipment.records_held());
    return std::move(sent).error();
  }
  LOGMILL_RETURN_IF_ERROR(encoder.status());
  if (input.ended_orderly() || io.stop.requested()) return cli::Exit::done;
  return base::Error{base::ErrorCode::again, options.input.from + ": ended without an END frame: its writer died"};
}

}  // namespace logmill::logship
