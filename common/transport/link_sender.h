// The sending end of the native link: connects, sends frames, holds them until they are
// acknowledged, and connects again when the connection breaks. Protocol: docs/formats/link.md.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/reporter.h"
#include "transport/backoff.h"
#include "transport/link_message.h"
#include "transport/transport.h"

namespace logmill::transport {

struct LinkSenderOptions {
  DialOptions dial;
  bool acknowledged = true;  // false: a frame is done with as soon as the kernel has it
  std::uint64_t window_bytes = 32 << 20;
  std::int64_t backoff_min_ns = 100 * base::kNsPerMs;
  std::int64_t backoff_max_ns = 30 * base::kNsPerSecond;
  std::int64_t give_up_after_ns = 0;  // without any progress; 0: never
  unsigned retries_max = 0;           // attempts in a row; 0: no limit
  std::int64_t ping_after_ns = 10 * base::kNsPerSecond;
  std::uint64_t seed = 0;  // of the jitter
};

// Thread-compatible: one owner, who calls `work` in a loop.
class LinkSender {
 public:
  // A frame on its way. `range` may be unnamed; `records` is for the caller's counters.
  struct Frame {
    std::string bytes;
    record::Range range;
    std::uint64_t records = 0;
  };

  // References must outlive the sender.
  LinkSender(Address address, LinkSenderOptions options, const base::Clock& clock, base::Reporter& reporter);

  // Whether another frame may be pushed now. Always, while nothing is held: one frame may be larger
  // than the window.
  bool has_room() const { return held_.empty() || held_bytes_ < options_.window_bytes; }
  void push(Frame frame);
  // Whether limits on attempts count now. While they do not, they are only noted; when they do again, what was noted ends it at once.
  void may_give_up(bool may) { may_give_up_ = may; }
  // No more frames will come. Then `work` until `done`.
  void finish() { finishing_ = true; }
  // Everything was acknowledged, and the receiver said goodbye.
  bool done() const { return done_; }

  // Does what can be done now, then waits at most `timeout_ms` for the connection, or until
  // `wake_fd` (or -1) is readable. Fails only for good: `again` when the peer could not be reached
  // for long enough, or refused because of a gap.
  base::Status work(int timeout_ms, int wake_fd);

  // Called for each frame that was acknowledged, in order.
  std::function<void(const Frame&)> on_acknowledged;

  std::uint64_t frames_held() const { return held_.size(); }
  std::uint64_t records_held() const { return held_records_; }
  std::uint64_t reconnects() const { return connections_ > 0 ? connections_ - 1 : 0; }
  // What the receiver said: acknowledged means stored.
  bool receiver_commits() const { return receiver_commits_; }
  bool connected() const { return connection_ != nullptr && greeted_; }

 private:
  base::Status connect();
  base::Status failed(base::Error error);
  base::Error gave_up() const { return base::Error(*beyond_limits_).with_context("gave up"); }
  base::Status exchange(int timeout_ms, int wake_fd);
  void fill_output();
  base::Status send_some(bool& blocked);
  base::Status receive_some(bool& blocked);
  base::Status take_messages();
  base::Status take_message(const LinkMessage& message);
  base::Status take_frontier(std::string_view payload);
  base::Status take_refusal(std::string_view payload);
  base::Status acknowledge(std::uint64_t frames);
  void release_sent();
  base::Status check_liveness();
  void release_front();

  Address address_;
  LinkSenderOptions options_;
  const base::Clock& clock_;
  base::Reporter& reporter_;
  Backoff backoff_;

  std::deque<Frame> held_;  // not acknowledged, oldest first
  std::uint64_t held_bytes_ = 0, held_records_ = 0;
  std::size_t in_flight_ = 0;       // of `held_`: put into this connection's output
  std::uint64_t acknowledged_ = 0;  // frames of this connection
  bool finishing_ = false, done_ = false;
  bool may_give_up_ = true;
  std::optional<base::Error> fatal_;
  std::optional<base::Error> beyond_limits_;  // the failure after which the limits were reached

  std::unique_ptr<Connection> connection_;
  bool greeted_ = false, end_sent_ = false, awaiting_pong_ = false;
  bool receiver_commits_ = false;
  std::uint32_t frame_bytes_max_ = 0;
  std::string output_, input_;
  std::size_t output_sent_ = 0;
  std::uint64_t connections_ = 0;
  std::int64_t next_attempt_ns_ = 0, last_heard_ns_ = 0, last_sent_ns_ = 0, last_progress_ns_ = 0;
};

}  // namespace logmill::transport
