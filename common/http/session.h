// One connection of a client: requests, one after the other, each answered before the next is read.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/reporter.h"
#include "base/result.h"
#include "http/request.h"
#include "http/response.h"
#include "transport/transport.h"

namespace logmill::http {

struct SessionLimits {
  std::uint32_t header_bytes_max = 16 << 10;
  std::uint64_t body_bytes_max = 64 << 20;
  int idle_ms = 60'000;     // between requests
  int request_ms = 10'000;  // for the next piece of a request
  int write_ms = 30'000;    // for a client to take something
};

// Answers a request. May take as long as it likes; what it leaves unanswered is answered with 500.
using Handler = std::function<void(const Request&, Response&)>;

// Until the client goes, asks to, or `stop_fd` is readable. Bad requests are answered (400, 413, 431, 501) and end the session.
void serve_session(std::unique_ptr<transport::Connection> connection, const SessionLimits& limits, int stop_fd, const Handler& handler);

}  // namespace logmill::http
