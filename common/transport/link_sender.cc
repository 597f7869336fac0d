#include "transport/link_sender.h"

#include <algorithm>
#include <poll.h>

namespace logmill::transport {
namespace {

constexpr std::size_t kReadBytes = 16 << 10;  // acknowledgements are small
// Frames are copied into the output in portions, so that a window of frames is not held twice.
constexpr std::size_t kOutputBytes = 1 << 20;

int to_poll_ms(std::int64_t ns) { return static_cast<int>(std::clamp<std::int64_t>(ns / base::kNsPerMs + 1, 0, 60'000)); }

// Errors after which another connection may do better.
bool may_pass(const base::Error& error) { return error.code == base::ErrorCode::again || error.code == base::ErrorCode::not_found; }

}  // namespace

LinkSender::LinkSender(Address address, LinkSenderOptions options, const base::Clock& clock, base::Reporter& reporter)
    : address_(std::move(address)),
      options_(std::move(options)),
      clock_(clock),
      reporter_(reporter),
      backoff_(options_.backoff_min_ns, options_.backoff_max_ns, options_.seed),
      last_progress_ns_(clock.steady_ns()) {}

void LinkSender::push(Frame frame) {
  // Waiting for input is no lack of progress.
  if (held_.empty()) last_progress_ns_ = clock_.steady_ns();
  held_bytes_ += frame.bytes.size();
  held_records_ += frame.records;
  held_.push_back(std::move(frame));
}

base::Status LinkSender::work(int timeout_ms, int wake_fd) {
  if (done_) return {};
  if (connection_ == nullptr) {
    // Not before there is something to say: an idle sender neither knocks nor gives up.
    const bool idle = held_.empty() && !finishing_;
    if (may_give_up_ && beyond_limits_ && !idle) return gave_up();
    const std::int64_t wait_ns = idle ? timeout_ms * base::kNsPerMs : next_attempt_ns_ - clock_.steady_ns();
    if (wait_ns > 0) {
      pollfd wake{wake_fd, POLLIN, 0};
      ::poll(&wake, wake_fd >= 0 ? 1 : 0, std::min(timeout_ms, to_poll_ms(wait_ns)));
      return {};
    }
    if (auto connected = connect(); !connected) return failed(std::move(connected).error());
  }
  if (auto exchanged = exchange(timeout_ms, wake_fd); !exchanged) return failed(std::move(exchanged).error());
  if (done_) connection_.reset();
  return {};
}

base::Status LinkSender::connect() {
  LOGMILL_ASSIGN_OR_RETURN(connection_, dial(address_, options_.dial));
  ++connections_;
  greeted_ = end_sent_ = awaiting_pong_ = false;
  in_flight_ = 0;
  acknowledged_ = 0;
  output_.clear();
  output_sent_ = 0;
  input_.clear();
  last_heard_ns_ = last_sent_ns_ = clock_.steady_ns();
  LinkHello hello;
  if (!options_.acknowledged) hello.flags &= ~LinkHello::kWantsAcks;
  for (const Frame& frame : held_)
    if (frame.range.named() && std::ranges::find(hello.streams, frame.range.stream) == hello.streams.end())
      hello.streams.push_back(frame.range.stream);
  append_link_hello(output_, hello);
  return {};
}

// Ends the connection; an error that another attempt may mend is only reported.
base::Status LinkSender::failed(base::Error error) {
  connection_.reset();
  if (fatal_) return *fatal_;
  if (!may_pass(error)) return error;
  const std::int64_t now = clock_.steady_ns();
  const std::int64_t delay_ns = backoff_.next_ns();
  next_attempt_ns_ = now + delay_ns;
  const bool too_long = options_.give_up_after_ns > 0 && now - last_progress_ns_ >= options_.give_up_after_ns;
  const bool too_often = options_.retries_max > 0 && backoff_.attempts() > options_.retries_max;
  if (too_long || too_often) beyond_limits_ = error;
  if (beyond_limits_ && may_give_up_) return gave_up();
  reporter_.warn("link_broken", address_.text() + ": " + error.what + "; trying again");
  return {};
}

base::Status LinkSender::exchange(int timeout_ms, int wake_fd) {
  fill_output();
  bool send_blocked = false, receive_blocked = false;
  LOGMILL_RETURN_IF_ERROR(send_some(send_blocked));
  LOGMILL_RETURN_IF_ERROR(receive_some(receive_blocked));
  LOGMILL_RETURN_IF_ERROR(check_liveness());
  const bool output_waits = output_sent_ < output_.size();
  if (done_ || !receive_blocked || (output_waits && !send_blocked)) return {};
  if (!output_waits && greeted_ && in_flight_ < held_.size()) return {};
  const short interest = output_waits ? POLLIN | POLLOUT : POLLIN;
  pollfd fds[2] = {{connection_->fd(), interest, 0}, {wake_fd, POLLIN, 0}};
  ::poll(fds, wake_fd >= 0 ? 2 : 1, std::min(timeout_ms, to_poll_ms(options_.ping_after_ns)));
  return {};
}

void LinkSender::fill_output() {
  if (output_sent_ == output_.size()) {
    output_.clear();
    output_sent_ = 0;
  }
  if (!greeted_) return;
  while (in_flight_ < held_.size() && output_.size() < kOutputBytes) append_link_data(output_, held_[in_flight_++].bytes);
  if (finishing_ && !end_sent_ && in_flight_ == held_.size()) {
    append_link_empty(output_, LinkType::end);
    end_sent_ = true;
  }
}

base::Status LinkSender::send_some(bool& blocked) {
  while (output_sent_ < output_.size()) {
    LOGMILL_ASSIGN_OR_RETURN(const IoProgress sent, connection_->write(std::string_view(output_).substr(output_sent_)));
    if (sent.wait != IoProgress::Wait::none) {
      blocked = true;
      return {};
    }
    output_sent_ += sent.bytes;
    last_sent_ns_ = clock_.steady_ns();
  }
  if (!options_.acknowledged) release_sent();
  return {};
}

base::Status LinkSender::receive_some(bool& blocked) {
  char buffer[kReadBytes];
  LOGMILL_ASSIGN_OR_RETURN(const IoProgress got, connection_->read(buffer, sizeof buffer));
  if (got.closed) return base::Error{base::ErrorCode::again, "the receiver closed the connection"};
  blocked = got.wait != IoProgress::Wait::none;
  if (blocked) return {};
  last_heard_ns_ = clock_.steady_ns();
  awaiting_pong_ = false;
  input_.append(buffer, got.bytes);
  return take_messages();
}

base::Status LinkSender::take_messages() {
  std::string_view rest = input_;
  while (!done_) {
    LOGMILL_ASSIGN_OR_RETURN(const auto message, first_link_message(rest));
    if (!message) break;
    LOGMILL_RETURN_IF_ERROR(take_message(*message));
    rest.remove_prefix(message->bytes);
  }
  input_.erase(0, input_.size() - rest.size());
  return {};
}

base::Status LinkSender::take_message(const LinkMessage& message) {
  const base::Error unexpected{base::ErrorCode::corrupt, "link: a message out of place"};
  if (message.type == LinkType::refuse) return take_refusal(message.payload);
  if (!greeted_) return message.type == LinkType::frontier ? take_frontier(message.payload) : unexpected;
  switch (message.type) {
    case LinkType::ack: {
      LOGMILL_ASSIGN_OR_RETURN(const std::uint64_t frames, parse_link_ack(message.payload));
      return acknowledge(frames);
    }
    case LinkType::end:
      if (!end_sent_ || !held_.empty()) return unexpected;
      done_ = true;
      return {};
    case LinkType::pong: return {};
    default: return unexpected;
  }
}

base::Status LinkSender::take_frontier(std::string_view payload) {
  LOGMILL_ASSIGN_OR_RETURN(const LinkFrontier frontier, parse_link_frontier(payload));
  greeted_ = true;
  receiver_commits_ = (frontier.flags & LinkFrontier::kCommits) != 0;
  frame_bytes_max_ = frontier.frame_bytes_max;
  const auto decided = [&](const Frame& frame) {
    return std::ranges::any_of(frontier.positions, [&](const LinkPosition& held) {
      return held.stream == frame.range.stream &&
             (frame.range.epoch < held.epoch || (frame.range.epoch == held.epoch && frame.range.to <= held.position));
    });
  };
  // Only from the front: what is in the middle is trimmed by the receiver, and order is kept.
  while (!held_.empty() && held_.front().range.named() && decided(held_.front())) release_front();
  for (const Frame& frame : held_) {
    if (frame.bytes.size() <= frame_bytes_max_) continue;
    fatal_ = base::Error{base::ErrorCode::too_large, address_.text() + ": a frame of " + std::to_string(frame.bytes.size()) +
                                                         " bytes; the receiver takes " + std::to_string(frame_bytes_max_)};
    return *fatal_;
  }
  return {};
}

base::Status LinkSender::take_refusal(std::string_view payload) {
  LOGMILL_ASSIGN_OR_RETURN(const LinkRefuse refusal, parse_link_refuse(payload));
  const base::Error error{
      refusal.code == LinkRefusal::gap || refusal.code == LinkRefusal::later ? base::ErrorCode::again : base::ErrorCode::io,
      "refused: " + std::string(refusal.text)};
  if (refusal.code != LinkRefusal::later) fatal_ = base::Error(error).with_context(address_.text());
  return error;
}

base::Status LinkSender::acknowledge(std::uint64_t frames) {
  if (frames < acknowledged_ || frames - acknowledged_ > in_flight_)
    return base::Error{base::ErrorCode::corrupt, "link: frames acknowledged that were not sent"};
  for (; acknowledged_ < frames; ++acknowledged_) {
    release_front();
    --in_flight_;
  }
  return {};
}

void LinkSender::release_sent() {
  for (; in_flight_ > 0; --in_flight_) release_front();
}

void LinkSender::release_front() {
  const Frame frame = std::move(held_.front());
  held_.pop_front();
  held_bytes_ -= frame.bytes.size();
  held_records_ -= frame.records;
  last_progress_ns_ = clock_.steady_ns();
  backoff_.reset();
  beyond_limits_.reset();
  if (on_acknowledged) on_acknowledged(frame);
}

base::Status LinkSender::check_liveness() {
  const std::int64_t now = clock_.steady_ns();
  const std::int64_t dead_ns = options_.dial.dead_peer_ms * base::kNsPerMs;
  if ((!greeted_ || awaiting_pong_) && now - last_heard_ns_ > dead_ns)
    return base::Error{base::ErrorCode::again, "nothing heard for too long"};
  const bool silent = now - std::max(last_heard_ns_, last_sent_ns_) > options_.ping_after_ns;
  if (greeted_ && !awaiting_pong_ && !end_sent_ && (silent || now - last_heard_ns_ > options_.ping_after_ns)) {
    append_link_empty(output_, LinkType::ping);
    awaiting_pong_ = true;
  }
  return {};
}

}  // namespace logmill::transport
