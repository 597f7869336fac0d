// Two threads: one waits for input, the other for the receiver, who may be gone or slow while input
// comes, or acknowledge while none does. Between them is one feed, a bounded queue or a spool; the reader
// owns the input and the encoder, the sender owns the link and the counters.
#include "logship/native.h"

#include <thread>

#include "logship/feed.h"
#include "sys/entropy.h"
#include "text/units.h"

namespace logmill::logship {
namespace {

constexpr int kTickMs = 200;

transport::LinkSenderOptions link_options(const Logship::Options& options) {
  transport::LinkSenderOptions link;
  link.dial.tls = options.tls;
  link.dial.dead_peer_ms = static_cast<int>(options.dead_after_ns / base::kNsPerMs);
  link.acknowledged = options.acknowledged;
  link.window_bytes = options.window_bytes;
  link.backoff_min_ns = options.backoff_min_ns;
  link.backoff_max_ns = options.backoff_max_ns;
  link.give_up_after_ns = give_up_after_ns(options);
  link.retries_max = static_cast<unsigned>(options.retries_max);
  link.ping_after_ns = options.dead_after_ns / 3;
  sys::fill_random(&link.seed, sizeof link.seed);
  return link;
}

// The sender's thread.
class Shipment {
 public:
  Shipment(const Logship::Options& options, const transport::Address& address, Feed& feed, cli::Io& io, cli::Statistics& statistics)
      : feed_(feed), io_(io), statistics_(statistics), link_(address, link_options(options), io.clock, io.reporter) {
    link_.on_acknowledged = [this](const transport::LinkSender::Frame& frame) {
      feed_.acknowledged();
      statistics_.counters.records_out += frame.records;
      statistics_.counters.bytes_out += frame.bytes.size();
    };
  }

  base::Status send_all() {
    while (!link_.done() && !feed_.may_leave()) {
      LOGMILL_RETURN_IF_ERROR(take_frames());
      link_.may_give_up(!feed_.takes_more());
      LOGMILL_RETURN_IF_ERROR(link_.work(kTickMs, link_.has_room() ? feed_.wake_fd() : -1));
      feed_.count(statistics_.counters);
      statistics_.tick();
      if (!io_.stop.out_of_grace()) continue;
      if (feed_.keeps()) return {};
      return base::Error{base::ErrorCode::again, "stopped"};
    }
    return {};
  }
  std::uint64_t records_held() const { return link_.records_held(); }

 private:
  base::Status take_frames() {
    while (link_.has_room()) {
      LOGMILL_ASSIGN_OR_RETURN(auto frame, feed_.pop());
      if (!frame) break;
      link_.push(*std::move(frame));
    }
    if (feed_.finished()) link_.finish();
    return {};
  }

  Feed& feed_;
  cli::Io& io_;
  cli::Statistics& statistics_;
  transport::LinkSender link_;
};

}  // namespace

base::Result<cli::Exit> send_frames(const Logship::Options& options, const transport::Address& address, InputReader& input, cli::Io& io,
                                    cli::Statistics& statistics) {
  record::Overload overload(options.overload, io.clock);
  std::unique_ptr<Feed> feed;
  if (options.spool.dir.empty()) {
    feed = make_memory_feed(options, input, overload);
  } else {
    LOGMILL_ASSIGN_OR_RETURN(feed, make_spool_feed(options, input, overload, io));
  }
  Shipment shipment(options, address, *feed, io, statistics);
  std::thread reading([&] { feed->read_all(); });
  auto sent = shipment.send_all();
  if (!sent) {
    // The reader may wait for input that never comes, or for room.
    feed->abandon();
    io.stop.request();
  }
  reading.join();
  feed->count(statistics.counters);
  statistics.counters.bytes_in = input.bytes_in();
  statistics.counters.take_empty_lines(input.empty_lines());
  statistics.finish(sent ? cli::Statistics::End::in_order : cli::Statistics::End::failed);
  const auto closed = feed->close();
  if (!sent) {
    std::string left = "records not acknowledged: " + text::format_count(shipment.records_held());
    if (feed->keeps())
      left = closed ? "what is not acknowledged waits in " + options.spool.dir : "not all of it waits in a spool: " + closed.error().what;
    sent.error().what += "; " + left;
    return std::move(sent).error();
  }
  LOGMILL_RETURN_IF_ERROR(closed);
  if (input.ended_orderly() || io.stop.requested()) return cli::Exit::done;
  return base::Error{base::ErrorCode::again, options.input.from + ": ended without an END frame: its writer died"};
}

}  // namespace logmill::logship
