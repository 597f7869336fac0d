// Without acknowledgements nobody can know what a broken connection took with it. What was not
// handed to the kernel is sent again after the next connect, from the first message that was not
// handed over whole; the rest is out of our hands, and said so.
#include "logship/lines.h"

#include <vector>

#include "codec/writer.h"
#include "logship/syslog_line.h"
#include "sys/entropy.h"
#include "sys/fd.h"
#include "text/json_writer.h"
#include "transport/backoff.h"

namespace logmill::logship {
namespace {

constexpr int kLookMs = 100;

// One batch as bytes, with the end of each message.
struct Messages {
  std::string bytes;
  std::vector<std::size_t> ends;

  void clear() {
    bytes.clear();
    ends.clear();
  }
};

class LineSender {
 public:
  LineSender(const Logship::Options& options, const transport::Address& address, cli::Io& io)
      : options_(options), address_(address), io_(io), backoff_(options.backoff_min_ns, options.backoff_max_ns, random_seed()) {}

  // Hands everything to the kernel, connecting as often as it takes.
  base::Status send(const Messages& messages) {
    std::size_t next = 0;  // message
    const std::int64_t since = io_.clock.steady_ns();
    while (next < messages.ends.size()) {
      auto sent = attempt(messages, next);
      if (sent) break;
      connection_.reset();
      if (sent.error().code != base::ErrorCode::again) return sent;
      LOGMILL_RETURN_IF_ERROR(wait_before_retry(sent.error(), since));
    }
    return {};
  }

  // Waits until the peer's kernel has everything, so that closing does not cut it off.
  void settle() {
    if (connection_ == nullptr) return;
    const std::int64_t deadline = io_.clock.steady_ns() + options_.grace_ns;
    while (!connection_->datagrams() && sys::unacknowledged_bytes(connection_->fd()) > 0 && io_.clock.steady_ns() < deadline)
      (void)sys::wait_readable(connection_->fd(), kLookMs / 10, -1);
  }

 private:
  static std::uint64_t random_seed() {
    std::uint64_t seed;
    sys::fill_random(&seed, sizeof seed);
    return seed;
  }

  base::Status attempt(const Messages& messages, std::size_t& next) {
    if (connection_ == nullptr) {
      transport::DialOptions dial;
      dial.tls = options_.tls;
      dial.dead_peer_ms = static_cast<int>(options_.dead_after_ns / base::kNsPerMs);
      LOGMILL_ASSIGN_OR_RETURN(connection_, transport::dial(address_, dial));
    }
    LOGMILL_RETURN_IF_ERROR(check_peer());
    if (connection_->datagrams()) return send_datagrams(messages, next);
    std::size_t offset = next == 0 ? 0 : messages.ends[next - 1];
    while (offset < messages.bytes.size()) {
      LOGMILL_ASSIGN_OR_RETURN(const auto progress, connection_->write(std::string_view(messages.bytes).substr(offset)));
      if (progress.wait != transport::IoProgress::Wait::none) LOGMILL_RETURN_IF_ERROR(wait_for_room(progress.wait));
      offset += progress.bytes;
      while (next < messages.ends.size() && messages.ends[next] <= offset) ++next;
      if (progress.bytes > 0) backoff_.reset();
    }
    return {};
  }

  base::Status send_datagrams(const Messages& messages, std::size_t& next) {
    while (next < messages.ends.size()) {
      const std::size_t start = next == 0 ? 0 : messages.ends[next - 1];
      LOGMILL_ASSIGN_OR_RETURN(const auto progress,
                               connection_->write(std::string_view(messages.bytes).substr(start, messages.ends[next] - start)));
      if (progress.wait == transport::IoProgress::Wait::none)
        ++next;
      else
        LOGMILL_RETURN_IF_ERROR(wait_for_room(progress.wait));
    }
    return {};
  }

  // A receiver that went shows by the end of what it sends; writing would still succeed once.
  base::Status check_peer() {
    char buffer[4096];
    while (!connection_->datagrams()) {
      LOGMILL_ASSIGN_OR_RETURN(const auto got, connection_->read(buffer, sizeof buffer));
      if (got.closed) return base::Error{base::ErrorCode::again, "the receiver closed the connection"};
      if (got.wait != transport::IoProgress::Wait::none) break;
    }
    return {};
  }

  base::Status wait_for_room(transport::IoProgress::Wait wait) {
    const auto waiting = wait == transport::IoProgress::Wait::readable ? sys::wait_readable : sys::wait_writable;
    LOGMILL_ASSIGN_OR_RETURN(const auto ready, waiting(connection_->fd(), kLookMs, -1));
    if (ready == sys::Readiness::timeout && io_.stop.out_of_grace())
      return base::Error{base::ErrorCode::io, "stopped while the receiver took nothing"};
    return {};
  }

  base::Status wait_before_retry(const base::Error& error, std::int64_t since) {
    const std::int64_t delay_ns = backoff_.next_ns();
    const std::int64_t give_up_ns = give_up_after_ns(options_);
    const bool too_long = give_up_ns > 0 && io_.clock.steady_ns() - since > give_up_ns;
    const bool too_often = options_.retries_max > 0 && backoff_.attempts() > options_.retries_max;
    if (too_long || too_often || io_.stop.requested()) return base::Error(error).with_context("gave up");
    io_.reporter.warn("link_broken", address_.text() + ": " + error.what + "; trying again, what was on its way may be lost");
    (void)sys::wait_readable(io_.stop.fd(), static_cast<int>(delay_ns / base::kNsPerMs), -1);
    return {};
  }

  const Logship::Options& options_;
  const transport::Address& address_;
  cli::Io& io_;
  transport::Backoff backoff_;
  std::unique_ptr<transport::Connection> connection_;
};

// Records to messages, as the wire wants them.
class LineEncoder {
 public:
  LineEncoder(Wire wire, bool datagrams)
      : wire_(wire),
        datagrams_(datagrams),
        writer_(codec::make_writer(wire == Wire::raw ? codec::Format::raw : codec::Format::ndjson, codec::Compress::no)) {}

  base::Status encode(const record::Batch& batch, base::TimeNs now, Messages& messages) {
    messages.clear();
    if (wire_ != Wire::syslog) return encode_lines(batch, messages);
    std::string message;
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      message.clear();
      append_syslog(batch, row, now, message);
      if (!datagrams_) {
        text::append_integer(messages.bytes, static_cast<std::int64_t>(message.size()));
        messages.bytes += ' ';
      }
      messages.bytes += message;
      messages.ends.push_back(messages.bytes.size());
    }
    return {};
  }

 private:
  base::Status encode_lines(const record::Batch& batch, Messages& messages) {
    LOGMILL_RETURN_IF_ERROR(writer_->append(batch, messages.bytes));
    for (std::size_t end = messages.bytes.find('\n'); end != std::string::npos; end = messages.bytes.find('\n', end + 1))
      messages.ends.push_back(end + 1);
    return {};
  }

  Wire wire_;
  bool datagrams_;
  std::unique_ptr<codec::Writer> writer_;
};

}  // namespace

base::Result<cli::Exit> send_lines(const Logship::Options& options, const transport::Address& address, InputReader& input, cli::Io& io,
                                   cli::Statistics& statistics) {
  const bool datagrams = address.transport->carries == transport::TransportSpec::Carries::datagrams;
  LineEncoder encoder(wire_of(options, address), datagrams);
  LineSender sender(options, address, io);
  record::Batch batch;
  Messages messages;
  cli::Counters& counters = statistics.counters;
  while (true) {
    LOGMILL_ASSIGN_OR_RETURN(const stream::Pull pull, input.next(batch));
    counters.bytes_in = input.bytes_in();
    if (pull != stream::Pull::batch) break;
    counters.records_in += batch.rows();
    LOGMILL_RETURN_IF_ERROR(encoder.encode(batch, io.clock.now(), messages));
    LOGMILL_RETURN_IF_ERROR(sender.send(messages));
    input.release(1);  // no acknowledgement will come
    counters.records_out += batch.rows();
    counters.bytes_out += messages.bytes.size();
    statistics.tick();
  }
  sender.settle();
  counters.take_empty_lines(input.empty_lines());
  statistics.finish();
  if (input.ended_orderly() || io.stop.requested()) return cli::Exit::done;
  return base::Error{base::ErrorCode::again, options.input.from + ": ended without an END frame: its writer died"};
}

}  // namespace logmill::logship
