// A WebSocket with any client: its request, up to the first NUL, then what it sends, in pieces. It is answered as RFC 6455 has it, or not
// at all, and what is written are whole frames.
#include "http/web_socket.h"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using namespace logmill;

class Client final : public http::Response {
 public:
  Client(std::string_view sends, std::size_t piece) : sends_(sends), piece_(piece) {}
  base::Status send(unsigned, std::string_view, std::string_view) override { std::abort(); }
  base::Status begin(unsigned, std::string_view) override { std::abort(); }
  base::Status end() override { std::abort(); }
  base::Status write(std::string_view bytes) override {
    written_ += bytes;
    return {};
  }
  base::Status switch_protocols() override {
    set_begun();
    return {};
  }
  base::Result<std::size_t> read_behind(char* to, std::size_t size) override {
    const std::size_t taken = sends_.copy(to, std::min(size, piece_));
    sends_.remove_prefix(taken);
    return taken;
  }
  bool client_gone() const override { return sends_.empty(); }
  const std::string& written() const { return written_; }

 private:
  std::string_view sends_;
  const std::size_t piece_;
  std::string written_;
};

// "Name: value" lines, as the session would give them.
http::Request request_of(std::string_view text) {
  http::Request request;
  request.method = "GET";
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::size_t colon = line.find(": ");
    if (colon != std::string_view::npos) request.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
  }
  return request;
}

// Frames of a server: not masked, and control frames short.
bool are_whole_frames(std::string_view bytes) {
  while (!bytes.empty()) {
    if (bytes.size() < 2 || (bytes[0] & 0x70) != 0 || (bytes[1] & 0x80) != 0) return false;
    const std::size_t length = static_cast<std::uint8_t>(bytes[1]);
    if (length > 125 || bytes.size() < 2 + length) return false;
    bytes.remove_prefix(2 + length);
  }
  return true;
}

std::string answers_of(std::string_view head, std::string_view behind, std::size_t piece) {
  Client client(behind, piece);
  const http::Request request = request_of(head);
  http::WebSocket socket(client);
  if (!http::WebSocket::wanted(request) || !socket.accept(request)) return {};
  if (!client.begun()) std::abort();
  while (socket.listen()) {
  }
  if (!are_whole_frames(client.written())) std::abort();
  return client.written();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string_view head = bytes.substr(0, bytes.find('\0'));
  const std::string_view behind = bytes.substr(std::min(head.size() + 1, size));
  // However it is cut, it is answered alike.
  if (answers_of(head, behind, SIZE_MAX) != answers_of(head, behind, 3)) std::abort();
  return 0;
}
