// Where to send to and where to listen: tcp://host:port, tls://host:port, udp://host:port,
// unix:/path, unixgram:/path.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace logmill::transport {

struct TransportSpec;

struct Address {
  const TransportSpec* transport = nullptr;
  std::string host, port;  // host may be empty when listening: all addresses
  std::string path;
  std::string text() const;
};

// Fails with invalid, saying what an address looks like.
base::Result<Address> parse_address(std::string_view text);

}  // namespace logmill::transport
