// Asks a receiver how far it holds all streams: a link on which nothing is sent. docs/formats/link.md.
#pragma once

#include "base/result.h"
#include "transport/link_message.h"
#include "transport/transport.h"

namespace logmill::transport {

// Waits for the answer at most `options.dead_peer_ms`. `again` if the receiver cannot be reached now, or went before it answered.
base::Result<LinkFrontier> ask_frontier(const Address& address, const DialOptions& options);

}  // namespace logmill::transport
