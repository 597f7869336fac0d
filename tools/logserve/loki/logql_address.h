// ip("10.0.0.0/8"): addresses as LogQL looks for them, in lines and labels.
// grafana/loki, docs/sources/query/ip.md.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace logmill::logserve {

// A regular expression for an address of version 4, all that a prefix ("192.168.4.5/16") or a range ("192.168.0.1-192.168.23.42") has.
// Fails with invalid, also for version 6: of that one address has many forms.
base::Result<std::string> regex_of_addresses(std::string_view text);
// The same where it stands in a line.
std::string regex_of_line_with(std::string_view addresses);

}  // namespace logmill::logserve
