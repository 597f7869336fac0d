#include "logserve/loki/logql_address.h"

#include <algorithm>
#include <bit>
#include <charconv>

#include "logserve/loki/logql_address_v6.h"

namespace logmill::logserve {
namespace {

constexpr std::string_view kAnyOctet = "(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])";

std::string octets_between(std::uint32_t first, std::uint32_t last) {
  if (first == 0 && last == 255) return std::string(kAnyOctet);
  std::string regex = "(?:";
  for (std::uint32_t octet = first; octet <= last; ++octet) regex.append(octet > first ? "|" : "").append(std::to_string(octet));
  return regex + ")";
}

// Those that share all bits but the lowest `free_bits`.
std::string regex_of_block(std::uint32_t address, int free_bits) {
  std::string regex;
  for (int shift = 24; shift >= 0; shift -= 8) {
    const int free_here = std::clamp(free_bits - shift, 0, 8);
    const std::uint32_t first = (address >> shift & 0xff) & ~((1U << free_here) - 1);
    regex.append(regex.empty() ? "" : "\\.").append(octets_between(first, first + (1U << free_here) - 1));
  }
  return regex;
}

base::Result<std::string> regex_of_v4_addresses(std::string_view text) {
  const base::Error wrong{base::ErrorCode::invalid,
                          "an address, a prefix of such or a range is expected in ip(): \"10.0.0.0/8\", \"10.0.0.1-10.0.0.9\""};
  const std::size_t slash = text.find('/'), dash = text.find('-');
  const auto first = v4_address_of(text.substr(0, std::min(slash, dash)));
  if (!first) return wrong;
  if (slash != std::string_view::npos) {
    const auto bits = number_up_to(text.substr(slash + 1), 32);
    return bits ? base::Result<std::string>(regex_of_block(*first, static_cast<int>(32 - *bits))) : wrong;
  }
  if (dash == std::string_view::npos) return regex_of_block(*first, 0);
  const auto last = v4_address_of(text.substr(dash + 1));
  if (!last || *last < *first) return wrong;
  return regex_of_v4_range(*first, *last);
}

}  // namespace

std::optional<std::uint32_t> number_up_to(std::string_view text, std::uint32_t max) {
  std::uint32_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || number > max) return std::nullopt;
  return number;
}

std::optional<std::uint32_t> v4_address_of(std::string_view text) {
  std::uint32_t address = 0;
  for (int octet = 0; octet < 4; ++octet) {
    const std::size_t dot = text.find('.');
    if ((dot == std::string_view::npos) != (octet == 3)) return std::nullopt;
    const auto number = number_up_to(text.substr(0, dot), 255);
    if (!number) return std::nullopt;
    address = address << 8 | *number;
    text.remove_prefix(octet == 3 ? text.size() : dot + 1);
  }
  return address;
}

std::string regex_of_v4_range(std::uint64_t first, std::uint64_t last) {
  std::string regex;
  while (first <= last) {
    int bits = first == 0 ? 32 : std::min(std::countr_zero(first), 32);
    while (first + (std::uint64_t{1} << bits) - 1 > last) --bits;
    regex.append(regex.empty() ? "" : "|").append(regex_of_block(static_cast<std::uint32_t>(first), bits));
    first += std::uint64_t{1} << bits;
  }
  return regex;
}

base::Result<std::string> regex_of_addresses(std::string_view text, AddressIn place) {
  const bool v6 = text.find(':') != std::string_view::npos;
  auto regex = v6 ? regex_of_v6_addresses(text) : regex_of_v4_addresses(text);
  if (!regex || place == AddressIn::label) return regex;
  // What goes on before or behind it is another address; a dot, or a colon, may end a sentence.
  if (v6) return "(?:^|[^0-9A-Za-z:.])(?:" + *regex + ")(?:$|[^0-9A-Za-z:.]|[.:](?:$|[^0-9A-Fa-f:]))";
  return "(?:^|[^0-9.])(?:" + *regex + ")(?:$|[^0-9.]|\\.(?:$|[^0-9]))";
}

}  // namespace logmill::logserve
