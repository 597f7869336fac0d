// Sockets: the calls that transports are made of. Called net_socket.h because a socket.h here would
// hide <sys/socket.h>.
//
// All descriptors are non-blocking and close-on-exec. Addresses in texts are "127.0.0.1:514" and
// "[::1]:514".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sys/fd.h"

namespace logmill::sys {

// Tries every address of the host in turn. `timeout_ms` is for all of them; `again` "stopped" if
// `stop_fd` becomes readable.
base::Result<Fd> connect_tcp(const std::string& host, const std::string& port, int timeout_ms, int stop_fd);
base::Result<Fd> connect_udp(const std::string& host, const std::string& port);
enum class UnixKind { stream, datagram };
base::Result<Fd> connect_unix(const std::string& path, UnixKind kind);

// An empty host means all addresses, port "0" one that is free.
base::Result<Fd> listen_tcp(const std::string& host, const std::string& port);
base::Result<Fd> bind_udp(const std::string& host, const std::string& port);
// A socket file that nobody listens on any more is replaced; one in use is `again`.
base::Result<Fd> listen_unix(const std::string& path, UnixKind kind);

struct Accepted {
  Fd fd;
  std::string peer;  // empty for unix sockets
};
// For the files that what is received is written into: connections that took the last descriptors would wait for a commit that cannot be
// made.
inline constexpr std::size_t kDescriptorsKept = 8;
// nullopt when nobody is waiting. Fails with again when no more than kDescriptorsKept more files can be opened: those who wait stay in the
// queue.
base::Result<std::optional<Accepted>> accept_connection(int listener);

std::string local_address(int fd);

// Finds a dead peer within about `timeout_ms`, also when nothing is sent.
void detect_dead_peer(int fd, int timeout_ms);
// Whether the peer has closed the connection, or its half of it.
bool hung_up(int fd);
// Bytes given to the kernel that the peer has not acknowledged.
std::size_t unacknowledged_bytes(int fd);

// What happened to a send or receive that does not wait.
struct Transfer {
  std::size_t bytes = 0;
  bool closed = false;  // by the peer; only for receive
  // Nothing moved: try again when the descriptor is ready.
  bool would_wait() const { return bytes == 0 && !closed; }
};
base::Result<Transfer> receive(int fd, char* to, std::size_t size);
// Without SIGPIPE.
base::Result<Transfer> send(int fd, std::string_view bytes);

// Takes datagrams many at a time.
class DatagramReader {
 public:
  // Reuses its buffers: `bytes_max` is the longest datagram, the rest of longer ones is cut off.
  DatagramReader(int fd, std::size_t bytes_max);
  struct Datagram {
    std::string_view bytes;  // valid until the next call
    std::string peer;        // empty for unix sockets
  };
  // What is there now, up to kBurst; empty if nothing is.
  base::Result<const std::vector<Datagram>*> read();
  // Datagrams that the kernel threw away because we were too slow (SO_RXQ_OVFL), so far.
  std::uint64_t dropped() const { return dropped_; }

  static constexpr std::size_t kBurst = 64;

 private:
  int fd_;
  std::size_t bytes_max_;
  std::string buffer_;
  std::vector<Datagram> datagrams_;
  std::uint64_t dropped_ = 0;
  std::uint32_t last_overflow_ = 0;
};

}  // namespace logmill::sys
