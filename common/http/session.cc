#include "http/session.h"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http.hpp>
#include <charconv>
#include <optional>
#include <string>

#include "base/clock.h"
#include "transport/patient_connection.h"

namespace logmill::http {
namespace {

namespace beast = boost::beast::http;
using Parser = beast::request_parser<beast::string_body>;

constexpr std::size_t kReadBytes = 16 << 10;
constexpr std::size_t kWriteBytes = 64 << 10;
constexpr std::int64_t kNsPerMs = 1'000'000;
// A request may take a second more for each KiB of it: slower ones are there to hold a place.
constexpr std::int64_t kNsPerByte = 1'000 * kNsPerMs / 1'024;
// Of what a refused client is still sending: closing before it is read would take the answer away from it.
constexpr int kLingerMs = 500;
constexpr std::string_view kServer = "logmill";

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }
boost::beast::string_view view(std::string_view text) { return {text.data(), text.size()}; }

class SessionResponse final : public Response {
 public:
  SessionResponse(transport::PatientConnection& connection, std::string& input, const SessionLimits& limits, bool keep_alive,
                  bool head_only, unsigned version)
      : connection_(connection), input_(input), limits_(limits), keep_alive_(keep_alive), head_only_(head_only), chunked_(version >= 11) {}

  base::Status send(unsigned status, std::string_view content_type, std::string_view body) override {
    set_begun();
    complete_ = true;
    std::string bytes = head(status, content_type, body.size());
    if (!head_only_) bytes += body;
    return write_out(bytes);
  }

  base::Status begin(unsigned status, std::string_view content_type) override {
    set_begun();
    // To a client of HTTP/1.0 the end of the connection is the end of the answer.
    if (!chunked_) keep_alive_ = false;
    return write_out(head(status, content_type, std::nullopt));
  }

  base::Status write(std::string_view bytes) override {
    if (bytes.empty() || head_only_) return {};
    if (!chunked_) return write_out(bytes);
    std::array<char, 2 * sizeof(std::size_t)> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), bytes.size(), 16).ptr;
    std::string chunk(digits.data(), end);
    chunk.append("\r\n").append(bytes).append("\r\n");
    return write_out(chunk);
  }

  base::Status end() override {
    complete_ = true;
    return chunked_ && !head_only_ ? write_out("0\r\n\r\n") : base::Status{};
  }

  base::Status switch_protocols() override {
    set_begun();
    keep_alive_ = chunked_ = false;
    std::string text = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n";
    for (const auto& [name, value] : headers()) text.append(name).append(": ").append(value).append("\r\n");
    return write_out(text + "\r\n");
  }

  base::Result<std::size_t> read_behind(char* to, std::size_t size) override {
    if (!input_.empty()) {
      const std::size_t taken = input_.copy(to, size);
      input_.erase(0, taken);
      return taken;
    }
    return connection_.read_now(to, size);
  }

  bool client_gone() const override { return connection_.peer_hung_up(); }

  // Whether another request may follow.
  bool may_go_on() const { return keep_alive_ && complete_ && !failed_; }
  bool complete() const { return complete_; }

 private:
  std::string head(unsigned status, std::string_view content_type, std::optional<std::size_t> length) {
    beast::response_header<> fields;
    fields.version(11);
    fields.result(status);
    fields.set(beast::field::server, view(kServer));
    if (!content_type.empty()) fields.set(beast::field::content_type, view(content_type));
    if (length)
      fields.set(beast::field::content_length, std::to_string(*length));
    else if (chunked_)
      fields.set(beast::field::transfer_encoding, "chunked");
    if (!keep_alive_) fields.set(beast::field::connection, "close");
    for (const auto& [name, value] : headers()) fields.set(view(std::string_view(name)), view(std::string_view(value)));
    std::string text = "HTTP/1.1 " + std::to_string(status) + " " + std::string(view(beast::obsolete_reason(fields.result()))) + "\r\n";
    for (const auto& field : fields) text.append(view(field.name_string())).append(": ").append(view(field.value())).append("\r\n");
    return text + "\r\n";
  }

  // In pieces, each in its time: who takes a byte now and then does not hold a long answer for ever.
  base::Status write_out(std::string_view bytes) {
    while (!bytes.empty() && !failed_) {
      const std::string_view piece = bytes.substr(0, kWriteBytes);
      bytes.remove_prefix(piece.size());
      auto written = connection_.write(piece, limits_.write_ms);
      failed_ = !written;
      if (!written) return written;
    }
    return failed_ ? base::Status(base::Error{base::ErrorCode::again, "the client has gone"}) : base::Status{};
  }

  transport::PatientConnection& connection_;
  std::string& input_;  // behind the request
  const SessionLimits& limits_;
  bool keep_alive_;
  const bool head_only_;
  bool chunked_;
  bool complete_ = false, failed_ = false;
};

struct Refusal {
  unsigned status;
  std::string what;
};

Refusal refusal_of(const boost::system::error_code& error) {
  if (error == beast::error::header_limit) return {431, "the header is too long"};
  if (error == beast::error::body_limit) return {413, "the body is too long"};
  if (error == beast::error::bad_transfer_encoding) return {501, "no such transfer encoding"};
  return {400, error.message()};
}

// What one request holds of the memory that all may hold.
class Hold {
 public:
  Hold(std::atomic<std::uint64_t>& held, std::uint64_t bytes_max) : held_(held), bytes_max_(bytes_max) {}
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;
  ~Hold() { held_ -= bytes_; }

  bool add(std::size_t bytes) {
    bytes_ += bytes;
    return held_.fetch_add(bytes) + bytes <= bytes_max_;
  }
  std::uint64_t bytes() const { return bytes_; }

 private:
  std::atomic<std::uint64_t>& held_;
  const std::uint64_t bytes_max_;
  std::uint64_t bytes_ = 0;
};

class Session {
 public:
  Session(std::unique_ptr<transport::Connection> connection, const SessionLimits& limits, std::atomic<std::uint64_t>& held, int stop_fd,
          const Handler& handler)
      : connection_(std::move(connection), stop_fd), limits_(limits), held_(held), handler_(handler) {}

  void run() {
    while (serve_one()) {
    }
  }

 private:
  bool serve_one() {
    Parser parser;
    // Its own limit depends on how the header was cut on its way: within twice ours, `read` says how long it may be.
    parser.header_limit(2 * limits_.header_bytes_max);
    parser.body_limit(limits_.body_bytes_max);
    bool go_on = true;
    Hold hold(held_, limits_.held_bytes_max);
    if (auto refusal = read(parser, hold, go_on)) return refuse(*refusal), false;
    if (!go_on) return false;
    const auto& message = parser.get();
    Request request;
    if (auto refused = fill(request, parser)) return refuse(*refused), false;
    SessionResponse response(connection_, input_, limits_, message.keep_alive(), message.method() == beast::verb::head, message.version());
    // One request that needs more memory than there is must not end those of all others.
    try {
      handler_(request, response);
    } catch (const std::exception&) {
      if (!response.begun()) refuse({500, "failed"});
      return false;
    }
    if (!response.begun()) [[maybe_unused]]
      const auto sent = response.send(500, "text/plain; charset=utf-8", "no answer\n");
    return response.may_go_on();
  }

  // Until the message is whole. `go_on` is false if the client left before it.
  std::optional<Refusal> read(Parser& parser, Hold& hold, bool& go_on) {
    bool continued = false;
    std::int64_t begun_ns = 0;
    std::uint64_t header_bytes = 0;
    while (true) {
      boost::system::error_code error;
      while (!input_.empty() && !parser.is_done()) {
        const bool in_header = !parser.is_header_done();
        const std::size_t taken = parser.put(boost::asio::const_buffer(input_.data(), input_.size()), error);
        input_.erase(0, taken);
        if (error && error != beast::error::need_more) return refusal_of(error);
        if (in_header) {
          header_bytes += taken;
          if (header_bytes + (parser.is_header_done() ? 0 : input_.size()) > limits_.header_bytes_max)
            return refusal_of(beast::error::header_limit);
          parser.eager(parser.is_header_done());
        }
        if (error == beast::error::need_more) break;
      }
      if (parser.is_done()) return std::nullopt;
      // Who asks first whether to send a body (curl does, of more than 1 MiB) waits for this.
      if (parser.is_header_done() && !std::exchange(continued, true) && parser.get()[beast::field::expect] == "100-continue")
        if (!connection_.write("HTTP/1.1 100 Continue\r\n\r\n", limits_.write_ms)) return go_on = false, std::nullopt;
      const bool begun = !input_.empty() || parser.got_some();
      if (begun && begun_ns == 0) begun_ns = base::system_clock().steady_ns();
      char bytes[kReadBytes];
      const auto got = connection_.read(bytes, sizeof bytes, begun ? patience_ms(begun_ns, hold.bytes()) : limits_.idle_ms);
      if (!got && begun) return Refusal{408, "the request did not come in time"};
      if (!got || *got == 0) return go_on = false, std::nullopt;
      if (!hold.add(*got)) return Refusal{503, "too many requests at a time"};
      input_.append(bytes, *got);
    }
  }

  // How long the rest of a request may take that began then and has so many bytes by now.
  int patience_ms(std::int64_t begun_ns, std::uint64_t bytes) const {
    const std::int64_t end_ns = begun_ns + limits_.request_ms * kNsPerMs + static_cast<std::int64_t>(bytes) * kNsPerByte;
    return static_cast<int>(std::clamp<std::int64_t>((end_ns - base::system_clock().steady_ns()) / kNsPerMs, 0, limits_.request_ms));
  }

  std::optional<Refusal> fill(Request& request, Parser& parser) {
    auto& message = parser.get();
    request.method = std::string(view(message.method_string()));
    auto target = parse_target(view(message.target()));
    if (!target) return Refusal{400, target.error().what};
    request.target = *std::move(target);
    for (const auto& field : message) {
      std::string name(view(field.name_string()));
      std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      request.headers.emplace_back(std::move(name), std::string(view(field.value())));
    }
    request.body = std::move(message.body());
    request.peer = connection_.peer();
    return std::nullopt;
  }

  void refuse(const Refusal& refusal) {
    SessionResponse response(connection_, input_, limits_, false, false, 11);
    if (refusal.status == 503) response.add_header("Retry-After", "1");
    for (const auto& [name, value] : plain_text_headers()) response.add_header(name, value);
    if (response.send(refusal.status, "text/plain; charset=utf-8", refusal.what + "\n")) linger();
  }

  void linger() {
    char bytes[kReadBytes];
    const std::int64_t end_ns = base::system_clock().steady_ns() + kLingerMs * kNsPerMs;
    while (base::system_clock().steady_ns() < end_ns)
      if (const auto got = connection_.read(bytes, sizeof bytes, kLingerMs); !got || *got == 0) return;
  }

  transport::PatientConnection connection_;
  const SessionLimits& limits_;
  std::atomic<std::uint64_t>& held_;
  const Handler& handler_;
  std::string input_;  // not parsed yet
};

}  // namespace

void serve_session(std::unique_ptr<transport::Connection> connection, const SessionLimits& limits, std::atomic<std::uint64_t>& held,
                   int stop_fd, const Handler& handler) {
  Session(std::move(connection), limits, held, stop_fd, handler).run();
}

}  // namespace logmill::http
