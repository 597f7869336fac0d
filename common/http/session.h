// One connection of a client: requests, one after the other, each answered before the next is read.
#pragma once

#include <atomic>
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
  std::uint64_t held_bytes_max = 256 << 20;  // of all requests at a time; more are refused (503)
  int idle_ms = 60'000;                      // between requests
  int request_ms = 10'000;                   // for a request, and a second more for each KiB of it
  int write_ms = 30'000;                     // for a client to take 64 KiB
};

// Answers a request. May take as long as it likes; what it leaves unanswered is answered with 500.
using Handler = std::function<void(const Request&, Response&)>;

// Until the client goes, asks to, or `stop_fd` is readable. Bad requests are answered (400, 408, 413, 431, 501, 503) and end the session.
// `held` counts the bytes of all requests that are being read or answered.
void serve_session(std::unique_ptr<transport::Connection> connection, const SessionLimits& limits, std::atomic<std::uint64_t>& held,
                   int stop_fd, const Handler& handler);

}  // namespace logmill::http
