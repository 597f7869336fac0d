// The answer to a request: whole, or a part at a time while it is made.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace logmill::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

// Of every answer that is no page: no browser takes it for one, nor keeps it.
inline const Headers& plain_text_headers() {
  static const Headers headers{{"Cache-Control", "no-store"},
                               {"X-Content-Type-Options", "nosniff"},
                               {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"}};
  return headers;
}

// Thread-compatible. Every call may wait for the client, and fails once it has gone, or takes nothing for too long.
class Response {
 public:
  virtual ~Response() = default;

  // Goes with whatever is sent next; before `send` and `begin`.
  void add_header(std::string name, std::string value) { headers_.emplace_back(std::move(name), std::move(value)); }
  // The same, instead of what was added under that name.
  void set_header(std::string name, std::string value) {
    std::erase_if(headers_, [&name](const auto& header) { return header.first == name; });
    add_header(std::move(name), std::move(value));
  }

  virtual base::Status send(unsigned status, std::string_view content_type, std::string_view body) = 0;

  // An answer of unknown length: begun, then `write` as often as one likes, then ended. What is written goes out at once.
  virtual base::Status begin(unsigned status, std::string_view content_type) = 0;
  virtual base::Status write(std::string_view bytes) = 0;
  virtual base::Status end() = 0;

  // 101: from now on `write` sends bytes as they are, and `read_behind` gives what came behind the request: 0 if nothing is there now, or
  // the client has ended.
  virtual base::Status switch_protocols() = 0;
  virtual base::Result<std::size_t> read_behind(char* to, std::size_t size) = 0;

  // Whether the client has hung up. From any thread.
  virtual bool client_gone() const = 0;
  bool begun() const { return begun_; }

 protected:
  const Headers& headers() const { return headers_; }
  void set_begun() { begun_ = true; }

 private:
  Headers headers_;
  bool begun_ = false;
};

}  // namespace logmill::http
