#include "transport/link_question.h"

#include "transport/patient_connection.h"

namespace logmill::transport {
namespace {

constexpr std::size_t kAnswerReadBytes = 64 << 10;

// The two sides of one short connection.
class LinkQuestion {
 public:
  LinkQuestion(std::unique_ptr<Connection> connection, const DialOptions& options)
      : connection_(std::move(connection), options.stop_fd), timeout_ms_(options.dead_peer_ms), buffer_(kAnswerReadBytes, '\0') {}

  base::Status send(std::string_view bytes) { return connection_.write(bytes, timeout_ms_); }

  // The next message, whose payload is valid until the next call.
  base::Result<LinkMessage> receive() {
    input_.erase(0, taken_);
    taken_ = 0;
    while (true) {
      LOGMILL_ASSIGN_OR_RETURN(const auto message, first_link_message(input_));
      if (message) {
        taken_ = message->bytes;
        return *message;
      }
      LOGMILL_ASSIGN_OR_RETURN(const std::size_t got, connection_.read(buffer_.data(), buffer_.size(), timeout_ms_));
      if (got == 0) return base::Error{base::ErrorCode::again, "the receiver closed the connection"};
      input_.append(buffer_, 0, got);
    }
  }

 private:
  PatientConnection connection_;
  const int timeout_ms_;
  std::string buffer_, input_;
  std::size_t taken_ = 0;
};

base::Error refused(std::string_view payload) {
  const auto refusal = parse_link_refuse(payload);
  if (!refusal) return refusal.error();
  const bool later = refusal->code == LinkRefusal::later;
  return {later ? base::ErrorCode::again : base::ErrorCode::io, "refused: " + std::string(refusal->text)};
}

base::Result<LinkFrontier> ask(LinkQuestion& link) {
  std::string question;
  append_link_hello(question, {.flags = LinkHello::kAllStreams});
  append_link_empty(question, LinkType::end);
  LOGMILL_RETURN_IF_ERROR(link.send(question));
  LOGMILL_ASSIGN_OR_RETURN(const LinkMessage message, link.receive());
  if (message.type == LinkType::refuse) return refused(message.payload);
  if (message.type != LinkType::frontier) return base::Error{base::ErrorCode::corrupt, "link: a message out of place"};
  auto frontier = parse_link_frontier(message.payload);
  // The receiver's goodbye, so that it does not find the connection cut; without it the answer is none the worse.
  if (frontier) [[maybe_unused]]
    const auto goodbye = link.receive();
  return frontier;
}

}  // namespace

base::Result<LinkFrontier> ask_frontier(const Address& address, const DialOptions& options) {
  LOGMILL_ASSIGN_OR_RETURN(auto connection, dial(address, options));
  LinkQuestion link(std::move(connection), options);
  auto frontier = ask(link);
  if (!frontier) return std::move(frontier).error().with_context(address.text());
  return frontier;
}

}  // namespace logmill::transport
