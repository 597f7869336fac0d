// A connection for who has a thread of its own for it: reads and writes wait, for a bounded time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sys/net_socket.h"
#include "transport/transport.h"

namespace logmill::transport {

// Thread-compatible.
class PatientConnection {
 public:
  // `stop_fd` (or -1) readable ends every wait with `again`, "stopped".
  PatientConnection(std::unique_ptr<Connection> connection, int stop_fd) : connection_(std::move(connection)), stop_fd_(stop_fd) {}

  // What is there, up to `size` bytes; 0: the peer ended. `again` if nothing came for so long.
  base::Result<std::size_t> read(char* to, std::size_t size, int timeout_ms);
  // What is there now; 0 if nothing is, or the peer has ended.
  base::Result<std::size_t> read_now(char* to, std::size_t size);
  // All of it. `again` if the peer took nothing for so long.
  base::Status write(std::string_view bytes, int timeout_ms);
  // Whether the peer has closed the connection, or its half of it. From any thread.
  bool peer_hung_up() const { return sys::hung_up(connection_->fd()); }
  const std::string& peer() const { return connection_->peer(); }

 private:
  base::Status wait(IoProgress::Wait wanted, int timeout_ms);

  std::unique_ptr<Connection> connection_;
  const int stop_fd_;
};

}  // namespace logmill::transport
