// What a client may send: requests over a connection, cut anywhere, then frames of a WebSocket.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "http/session.h"
#include "http/web_socket.h"

namespace {

using namespace logmill;

// Gives the input in pieces, and takes all that is written.
class Pieces final : public transport::Connection {
 public:
  Pieces(std::string_view bytes, std::size_t piece) : bytes_(bytes), piece_(piece) {}
  int fd() const override { return -1; }
  const std::string& peer() const override { return peer_; }
  base::Result<transport::IoProgress> read(char* to, std::size_t size) override {
    const std::size_t taken = bytes_.copy(to, std::min(size, piece_));
    bytes_.remove_prefix(taken);
    return transport::IoProgress{taken, transport::IoProgress::Wait::none, taken == 0};
  }
  base::Result<transport::IoProgress> write(std::string_view bytes) override {
    return transport::IoProgress{bytes.size(), transport::IoProgress::Wait::none, false};
  }

 private:
  std::string_view bytes_;
  const std::size_t piece_;
  std::string peer_;
};

std::size_t requests_of(std::string_view bytes, std::size_t piece) {
  http::SessionLimits limits;
  limits.header_bytes_max = 1'000;
  limits.body_bytes_max = 1'000;
  std::atomic<std::uint64_t> held = 0;
  std::size_t requests = 0;
  http::serve_session(std::make_unique<Pieces>(bytes, piece), limits, held, -1,
                      [&](const http::Request& request, http::Response& response) {
                        ++requests;
                        if (request.body.size() > limits.body_bytes_max) std::abort();
                        if (!request.target.path.starts_with('/')) std::abort();
                        [[maybe_unused]] const auto sent = response.send(200, "text/plain", request.body);
                      });
  if (held != 0) std::abort();
  return requests;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  // However it is cut, it is the same requests.
  if (requests_of(bytes, SIZE_MAX) != requests_of(bytes, 7)) std::abort();
  http::WebSocketFrames frames;
  http::WebSocketFrames::Frame frame;
  for (const char byte : bytes) {
    frames.add({&byte, 1});
    const auto whole = frames.next(frame);
    if (!whole) break;
    if (*whole && frame.payload.size() > 125) std::abort();
  }
  return 0;
}
