#include "http/web_socket.h"

#include <algorithm>

#include "crypt/secret.h"

namespace logmill::http {
namespace {

constexpr std::string_view kVersion = "13";
constexpr std::string_view kAcceptSalt = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr std::size_t kKeyChars = 24;  // 16 bytes in base64

constexpr std::uint8_t kLast = 0x80, kMasked = 0x80;  // bits of the first and the second byte
constexpr std::uint8_t kReserved = 0x70;
enum Opcode : std::uint8_t { kMore = 0, kText = 1, kBinary = 2, kClose = 8, kPing = 9, kPong = 10 };
constexpr std::size_t kControlMax = 125;
constexpr std::size_t kTwoBytes = 126, kEightBytes = 127;  // instead of a length: it comes in so many

constexpr std::size_t kListenBytes = 4'096;

bool lists(std::string_view value, std::string_view wanted) {
  std::string lower(value);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower.find(wanted) != std::string::npos;
}

std::uint8_t byte_at(std::string_view text, std::size_t at) { return static_cast<std::uint8_t>(text[at]); }

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<std::uint8_t>(byte);
  return number;
}

void append_big_endian(std::string& out, std::uint64_t number, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out += static_cast<char>(number >> shift & 0xff);
}

}  // namespace

base::Result<bool> WebSocketFrames::next(Frame& frame) {
  if (input_.size() < 2) return false;
  const std::uint8_t first = byte_at(input_, 0), second = byte_at(input_, 1);
  const std::uint8_t opcode = first & 0x0f;
  const bool control = opcode >= kClose;
  const bool known = opcode <= kBinary || (control && opcode <= kPong);
  if (!known || (first & kReserved) != 0 || (second & kMasked) == 0 || (control && (first & kLast) == 0))
    return base::Error{base::ErrorCode::invalid, "no frame of a client"};
  const std::size_t short_length = second & 0x7f;
  const std::size_t length_bytes = short_length == kTwoBytes ? 2 : short_length == kEightBytes ? 8 : 0;
  if (control && length_bytes > 0) return base::Error{base::ErrorCode::invalid, "a long control frame"};
  if (input_.size() < 2 + length_bytes) return false;
  const std::uint64_t length = length_bytes == 0 ? short_length : big_endian(std::string_view(input_).substr(2, length_bytes));
  if (length > kPayloadMax) return base::Error{base::ErrorCode::too_large, "a long frame"};
  const std::size_t head = 2 + length_bytes + 4;
  if (input_.size() < head + length) return false;
  frame.kind = opcode == kClose ? Kind::close : opcode == kPing ? Kind::ping : opcode == kPong ? Kind::pong : Kind::data;
  frame.payload.clear();
  if (control)
    for (std::size_t i = 0; i < length; ++i) frame.payload += static_cast<char>(input_[head + i] ^ input_[head - 4 + i % 4]);
  input_.erase(0, head + length);
  return true;
}

bool WebSocket::wanted(const Request& request) { return lists(request.header("upgrade"), "websocket"); }

base::Status WebSocket::accept(const Request& request) {
  const std::string_view key = request.header("sec-websocket-key");
  if (request.method != "GET" || !lists(request.header("connection"), "upgrade") || request.header("sec-websocket-version") != kVersion ||
      key.size() != kKeyChars)
    return base::Error{base::ErrorCode::invalid, "a WebSocket of version 13 is understood"};
  response_.add_header("Upgrade", "websocket");
  response_.add_header("Sec-WebSocket-Accept", crypt::sha1_base64(std::string(key) + std::string(kAcceptSalt)));
  return response_.switch_protocols();
}

base::Status WebSocket::send(std::uint8_t first, std::string_view payload) {
  std::string frame(1, static_cast<char>(first));
  if (payload.size() <= kControlMax) {
    frame += static_cast<char>(payload.size());
  } else if (payload.size() <= UINT16_MAX) {
    frame += static_cast<char>(kTwoBytes);
    append_big_endian(frame, payload.size(), 2);
  } else {
    frame += static_cast<char>(kEightBytes);
    append_big_endian(frame, payload.size(), 8);
  }
  return response_.write(frame.append(payload));
}

base::Status WebSocket::send_text(std::string_view text) { return send(kLast | kText, text); }

bool WebSocket::listen() {
  char bytes[kListenBytes];
  while (true) {
    const auto got = response_.read_behind(bytes, sizeof bytes);
    if (!got) return false;
    if (*got == 0) break;
    frames_.add({bytes, *got});
    WebSocketFrames::Frame frame;
    while (true) {
      const auto whole = frames_.next(frame);
      if (!whole) return false;
      if (!*whole) break;
      const bool closing = frame.kind == WebSocketFrames::Kind::close;
      if (closing || frame.kind == WebSocketFrames::Kind::ping) {
        const auto sent = send(kLast | (closing ? kClose : kPong), frame.payload);
        if (closing || !sent) return false;
      }
    }
  }
  return !response_.client_gone();
}

}  // namespace logmill::http
