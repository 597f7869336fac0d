#include "transport/socket_connection.h"

namespace logmill::transport {
namespace {

base::Result<std::unique_ptr<Connection>> dial_udp(const Address& address, const DialOptions&) {
  LOGMILL_ASSIGN_OR_RETURN(sys::Fd fd, sys::connect_udp(address.host, address.port));
  return std::unique_ptr<Connection>(std::make_unique<SocketConnection>(std::move(fd), address.text(), TransportSpec::Carries::datagrams));
}

base::Result<std::unique_ptr<Listener>> listen_udp(const Address& address, const ListenOptions& options) {
  LOGMILL_ASSIGN_OR_RETURN(sys::Fd fd, sys::bind_udp(address.host, address.port));
  std::string bound = "udp://" + sys::local_address(fd.get());
  return std::unique_ptr<Listener>(std::make_unique<DatagramListener>(std::move(fd), std::move(bound), options.datagram_bytes_max));
}

}  // namespace

extern constexpr TransportSpec kUdp{.scheme = "udp",
                                    .syntax = "udp://HOST:PORT",
                                    .summary = "UDP: a record a datagram, nothing is confirmed",
                                    .form = TransportSpec::Form::host_port,
                                    .carries = TransportSpec::Carries::datagrams,
                                    .dial = dial_udp,
                                    .listen = listen_udp};

}  // namespace logmill::transport
