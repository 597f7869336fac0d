// Bytes between processes, whatever lies between them: dial and listen by address.
//
// Nothing here waits, except `dial`: whoever holds connections waits for their descriptors
// (sys::Poller, sys::wait_*). Thread-compatible.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sys/net_socket.h"
#include "transport/address.h"

namespace logmill::transport {

struct TlsOptions {
  std::string ca_cert{};      // file of authorities to trust; empty: the system's
  std::string cert{}, key{};  // files of our own certificate chain and private key
  std::string client_ca{};    // listening: only clients with a certificate by this authority
  bool skip_verify = false;
};

// What came of a read or write that does not wait.
struct IoProgress {
  enum class Wait { none, readable, writable };
  std::size_t bytes = 0;
  Wait wait = Wait::none;  // nothing moved: try again when the descriptor is that
  bool closed = false;     // the peer ended; only of reads
};

class Connection {
 public:
  virtual ~Connection() = default;
  virtual int fd() const = 0;
  virtual base::Result<IoProgress> read(char* to, std::size_t size) = 0;
  virtual base::Result<IoProgress> write(std::string_view bytes) = 0;
  // Bytes that were received already, so that the descriptor may not become readable for them.
  virtual bool has_buffered() const { return false; }
  // Where the other end is, for people and for the field `peer`: "10.0.0.7:41822"; may be empty.
  virtual const std::string& peer() const = 0;
  // Each write is one message on its own: it arrives whole or not at all.
  virtual bool datagrams() const { return false; }
};

class Listener {
 public:
  virtual ~Listener() = default;
  virtual int fd() const = 0;
  // In the form that `dial` takes, with the port that was given: "tcp://127.0.0.1:40123".
  virtual std::string address() const = 0;
  // The next connection; null when nobody waits. Always null for datagrams.
  virtual base::Result<std::unique_ptr<Connection>> accept() = 0;
  // For datagrams; null for connections.
  virtual sys::DatagramReader* datagrams() { return nullptr; }
};

struct DialOptions {
  TlsOptions tls{};
  int timeout_ms = 10'000;    // for name, connection and handshake together
  int dead_peer_ms = 30'000;  // a peer that says nothing for so long is dead
  int stop_fd = -1;           // readable: give up
};
struct ListenOptions {
  TlsOptions tls{};
  std::size_t datagram_bytes_max = 64 << 10;  // the most that UDP can carry
};

// `again` if the peer cannot be reached now; invalid or io if trying again makes no sense (a wrong
// certificate).
base::Result<std::unique_ptr<Connection>> dial(const Address& address, const DialOptions& options);
base::Result<std::unique_ptr<Listener>> listen(const Address& address, const ListenOptions& options);

// One scheme: a constant in its own file, listed in table.cc.
struct TransportSpec {
  std::string_view scheme;
  std::string_view syntax;
  std::string_view summary;
  enum class Form { host_port, path } form;
  enum class Carries { stream, datagrams } carries;
  base::Result<std::unique_ptr<Connection>> (*dial)(const Address&, const DialOptions&);
  base::Result<std::unique_ptr<Listener>> (*listen)(const Address&, const ListenOptions&);
};
std::span<const TransportSpec* const> transports();

}  // namespace logmill::transport
