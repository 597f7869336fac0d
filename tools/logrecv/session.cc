#include "logrecv/session.h"

namespace logmill::logrecv {
namespace {

constexpr std::size_t kReadBytes = 64 << 10;
// A peer that does not read its acknowledgements.
constexpr std::size_t kReplyBytesMax = 1 << 20;

}  // namespace

std::string host_of(std::string_view peer) {
  std::string_view host = peer.substr(0, peer.rfind(':'));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return std::string(host);
}

Session::Session(std::unique_ptr<transport::Connection> connection, DialogueContext context, std::int64_t now_ns)
    : connection_(std::move(connection)), context_(std::move(context)), heard_ns_(now_ns) {
  context_.peer = host_of(connection_->peer());
}

base::Result<bool> Session::read(std::int64_t now_ns) {
  thread_local std::string buffer(kReadBytes, '\0');
  std::size_t taken = 0;
  while (taken < kTurnBytes && !peer_ended_) {
    LOGMILL_ASSIGN_OR_RETURN(const auto got, connection_->read(buffer.data(), buffer.size()));
    wants_write_ = got.wait == transport::IoProgress::Wait::writable;
    if (got.wait != transport::IoProgress::Wait::none) return false;
    heard_ns_ = now_ns;
    peer_ended_ = got.closed;
    taken += got.bytes;
    LOGMILL_RETURN_IF_ERROR(take(std::string_view(buffer).substr(0, got.bytes), peer_ended_));
  }
  return !peer_ended_;
}

base::Status Session::take(std::string_view bytes, bool no_more) {
  if (dialogue_ == nullptr) {
    first_bytes_ += bytes;
    if (first_bytes_.empty()) return {};
    dialogue_ = detect_dialogue(first_bytes_, no_more, context_);
    if (dialogue_ == nullptr) return {};
    LOGMILL_RETURN_IF_ERROR(dialogue_->take(first_bytes_, reply_));
    first_bytes_ = {};
  } else if (!bytes.empty()) {
    LOGMILL_RETURN_IF_ERROR(dialogue_->take(bytes, reply_));
  }
  return no_more ? dialogue_->finish(reply_) : base::Status{};
}

base::Status Session::committed() {
  if (dialogue_ != nullptr) dialogue_->committed(reply_);
  if (reply_.size() > kReplyBytesMax) return base::Error{base::ErrorCode::again, "does not read its acknowledgements"};
  return {};
}

base::Result<bool> Session::send_replies() {
  std::size_t sent = 0;
  while (sent < reply_.size()) {
    LOGMILL_ASSIGN_OR_RETURN(const auto progress, connection_->write(std::string_view(reply_).substr(sent)));
    if (progress.wait != transport::IoProgress::Wait::none) break;
    sent += progress.bytes;
  }
  reply_.erase(0, sent);
  return !reply_.empty();
}

bool Session::done() const {
  if (peer_ended_) return true;
  return dialogue_ != nullptr && dialogue_->done() && reply_.empty();
}

}  // namespace logmill::logrecv
