// The server's side of a WebSocket (RFC 6455, version 13), for who only sends: what the client sends is not kept.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/request.h"
#include "http/response.h"

namespace logmill::http {

// What comes from a client: frames, masked. Thread-compatible.
class WebSocketFrames {
 public:
  enum class Kind : std::uint8_t { data, close, ping, pong };
  struct Frame {
    Kind kind = Kind::data;
    std::string payload;  // of control frames; up to 125 bytes
  };
  void add(std::string_view bytes) { input_ += bytes; }
  // The next whole one; false: more bytes are needed. Fails with invalid for what is no frame of a client, too_large for a long one.
  base::Result<bool> next(Frame& frame);

  static constexpr std::size_t kPayloadMax = 4'096;

 private:
  std::string input_;
};

// Thread-compatible.
class WebSocket {
 public:
  explicit WebSocket(Response& response) : response_(response) {}

  // Whether the request asks for one.
  static bool wanted(const Request& request);
  // Answers the request. Fails with invalid if it asks in another way than we can.
  base::Status accept(const Request& request);
  base::Status send_text(std::string_view text);
  // Takes what has come, without waiting, and answers pings; false: the client has left, or says what makes no sense.
  bool listen();

 private:
  base::Status send(std::uint8_t first, std::string_view payload);

  Response& response_;
  WebSocketFrames frames_;
};

}  // namespace logmill::http
