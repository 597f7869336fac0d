#include "transport/address.h"

#include <charconv>
#include <optional>

#include "transport/transport.h"

namespace logmill::transport {
namespace {

struct HostPort {
  std::string_view host, port;
};

// "host:port", "[::1]:port", ":port".
std::optional<HostPort> split_host_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos) return std::nullopt;
  HostPort parts{text.substr(0, colon), text.substr(colon + 1)};
  const bool bracketed = parts.host.starts_with('[') && parts.host.ends_with(']');
  if (bracketed)
    parts.host = parts.host.substr(1, parts.host.size() - 2);
  else if (parts.host.find_first_of(":[]/@") != parts.host.npos)
    return std::nullopt;
  unsigned number = 0;
  const auto [end, error] = std::from_chars(parts.port.data(), parts.port.data() + parts.port.size(), number);
  if (error != std::errc() || end != parts.port.data() + parts.port.size() || number > 65'535) return std::nullopt;
  return parts;
}

base::Error invalid(std::string_view text, std::string_view why) {
  return {base::ErrorCode::invalid, "address \"" + std::string(text) + "\": " + std::string(why)};
}

std::string known_schemes() {
  std::string list;
  for (const TransportSpec* spec : transports()) {
    if (!list.empty()) list += ", ";
    list += spec->syntax;
  }
  return list;
}

}  // namespace

std::string Address::text() const {
  const std::string scheme(transport->scheme);
  if (transport->form == TransportSpec::Form::path) return scheme + ":" + path;
  const bool v6 = host.find(':') != std::string::npos;
  return scheme + "://" + (v6 ? "[" + host + "]" : host) + ":" + port;
}

base::Result<Address> parse_address(std::string_view text) {
  const std::string_view scheme = text.substr(0, text.find(':'));
  for (const TransportSpec* spec : transports()) {
    if (spec->scheme != scheme || scheme.size() == text.size()) continue;
    std::string_view rest = text.substr(scheme.size() + 1);
    if (spec->form == TransportSpec::Form::path) {
      if (rest.starts_with("//")) rest.remove_prefix(2);
      if (rest.empty()) return invalid(text, "a path is missing, as in " + std::string(spec->syntax));
      return Address{spec, {}, {}, std::string(rest)};
    }
    const auto parts = rest.starts_with("//") ? split_host_port(rest.substr(2)) : std::nullopt;
    if (!parts) return invalid(text, "not " + std::string(spec->syntax));
    return Address{spec, std::string(parts->host), std::string(parts->port), {}};
  }
  return invalid(text, "not one of " + known_schemes());
}

}  // namespace logmill::transport
