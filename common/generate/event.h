// One event of the invented world, before it becomes a record or a line in some format.
#pragma once

#include <cstdint>

#include "base/clock.h"
#include "record/severity.h"

namespace logmill::generate {

class Message;

// Plain numbers; the names they stand for are in the World that the event came from. A format uses
// those that it has a place for.
struct Event {
  std::uint64_t sequence = 0;  // counted from 0
  base::TimeNs time = 0;       // whole microseconds
  std::int64_t due_ns = 0;     // since the first event: when to send it, if the pace matters
  record::Severity level = record::Severity::info;
  std::uint32_t service = 0, host = 0;
  std::uint64_t trace_high = 0, trace_low = 0;  // both 0: not traced
  const Message* message = nullptr;
  std::uint64_t noise = 0;  // what the variable parts of the message are drawn from
  std::uint32_t duration_hundredths_ms = 0;

  // Of the request that the event belongs to; meaningful if `request`, but always set.
  bool request = false;
  std::uint32_t status = 200;
  std::uint32_t user_id = 0;
  std::uint32_t client_ip = 0;  // IPv4, host order
  std::uint32_t route = 0;      // index into the routes
  std::uint32_t item = 0;       // the number in the path, where the route has one
  std::uint32_t bytes = 0;      // of the response
  std::uint32_t agent = 0, referrer = 0;
};

}  // namespace logmill::generate
