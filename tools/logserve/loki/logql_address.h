// ip("10.0.0.0/8"): addresses as LogQL looks for them, in lines and labels.
// grafana/loki, docs/sources/query/ip.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace logmill::logserve {

// Whether an address is all of a text, or stands in it.
enum class AddressIn : std::uint8_t { label, line };
// A regular expression for an address, all that a prefix ("192.168.4.5/16", "2001:db8::/32") or a range ("192.168.0.1-192.168.23.42") has.
// Fails with invalid.
base::Result<std::string> regex_of_addresses(std::string_view text, AddressIn place);

// Parts of it. A number without a sign; nullopt if it is none, or greater.
std::optional<std::uint32_t> number_up_to(std::string_view text, std::uint32_t max);
// "10.0.0.1"
std::optional<std::uint32_t> v4_address_of(std::string_view text);
// The fewest blocks that make up [first, last], of 32 bits.
std::string regex_of_v4_range(std::uint64_t first, std::uint64_t last);

}  // namespace logmill::logserve
