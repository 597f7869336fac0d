// Messages of the native link, from a peer that sends anything.
#include <cstddef>
#include <cstdint>

#include "transport/link_message.h"

using namespace logmill::transport;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  while (true) {
    const auto message = first_link_message(rest);
    if (!message || !*message) return 0;
    const std::string_view payload = (*message)->payload;
    (void)parse_link_hello(payload);
    (void)parse_link_frontier(payload);
    (void)parse_link_ack(payload);
    (void)parse_link_refuse(payload);
    rest.remove_prefix((*message)->bytes);
  }
}
