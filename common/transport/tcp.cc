#include "transport/socket_connection.h"

namespace logmill::transport {
namespace {

class TcpListener : public Listener {
 public:
  explicit TcpListener(sys::Fd fd) : fd_(std::move(fd)) {}
  int fd() const override { return fd_.get(); }
  std::string address() const override { return "tcp://" + sys::local_address(fd_.get()); }

  base::Result<std::unique_ptr<Connection>> accept() override {
    LOGMILL_ASSIGN_OR_RETURN(auto accepted, sys::accept_connection(fd_.get()));
    if (!accepted) return std::unique_ptr<Connection>();
    sys::detect_dead_peer(accepted->fd.get(), kIdlePeerMs);
    return std::unique_ptr<Connection>(
        std::make_unique<SocketConnection>(std::move(accepted->fd), std::move(accepted->peer), TransportSpec::Carries::stream));
  }

 private:
  sys::Fd fd_;
};

base::Result<std::unique_ptr<Connection>> dial_tcp(const Address& address, const DialOptions& options) {
  LOGMILL_ASSIGN_OR_RETURN(sys::Fd fd, sys::connect_tcp(address.host, address.port, options.timeout_ms, options.stop_fd));
  sys::detect_dead_peer(fd.get(), options.dead_peer_ms);
  return std::unique_ptr<Connection>(std::make_unique<SocketConnection>(std::move(fd), address.text(), TransportSpec::Carries::stream));
}

base::Result<std::unique_ptr<Listener>> listen_tcp(const Address& address, const ListenOptions&) {
  LOGMILL_ASSIGN_OR_RETURN(sys::Fd fd, sys::listen_tcp(address.host, address.port));
  return std::unique_ptr<Listener>(std::make_unique<TcpListener>(std::move(fd)));
}

}  // namespace

extern constexpr TransportSpec kTcp{.scheme = "tcp",
                                    .syntax = "tcp://HOST:PORT",
                                    .summary = "TCP, not encrypted",
                                    .form = TransportSpec::Form::host_port,
                                    .carries = TransportSpec::Carries::stream,
                                    .dial = dial_tcp,
                                    .listen = listen_tcp};

}  // namespace logmill::transport
