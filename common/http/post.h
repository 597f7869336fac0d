// Requests of our own: POST with a body, and GET, over transport's connections and TLS.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "transport/transport.h"

namespace logmill::http {

struct Url {
  bool tls = false;
  std::string host, port;
  std::string target;  // "/hook?x=1"

  // For messages: paths and parameters of webhooks are secrets.
  std::string origin() const;
};
// http://host[:port][/path] or https://. Fails with invalid; the message does not hold the text, which may be a secret.
base::Result<Url> parse_url(std::string_view text);

struct PostOptions {
  transport::TlsOptions tls{};
  int timeout_ms = 30'000;  // for the connection, and for each wait of the dialogue
  int stop_fd = -1;         // readable: give up
};
struct PostAnswer {
  unsigned status = 0;
  std::string body;  // its beginning
};

// One request on a connection of its own; redirects are not followed. Fails with `again` if there was no answer.
base::Result<PostAnswer> post(const Url& url, const std::vector<std::pair<std::string, std::string>>& headers, std::string_view body,
                              const PostOptions& options);
base::Result<PostAnswer> get(const Url& url, const PostOptions& options);

}  // namespace logmill::http
