#include <array>

#include "transport/transport.h"

// One line a scheme: its constant, defined in the file of that name.
#define TRANSPORTS(X) \
  X(kTcp)             \
  X(kTls)             \
  X(kUdp)             \
  X(kUnix)            \
  X(kUnixgram)

namespace logmill::transport {

#define DECLARE(name) extern const TransportSpec name;
TRANSPORTS(DECLARE)
#undef DECLARE

std::span<const TransportSpec* const> transports() {
#define POINTER(name) &name,
  static constexpr std::array kTable{TRANSPORTS(POINTER)};
#undef POINTER
  return kTable;
}

base::Result<std::unique_ptr<Connection>> dial(const Address& address, const DialOptions& options) {
  return address.transport->dial(address, options);
}

base::Result<std::unique_ptr<Listener>> listen(const Address& address, const ListenOptions& options) {
  return address.transport->listen(address, options);
}

}  // namespace logmill::transport
