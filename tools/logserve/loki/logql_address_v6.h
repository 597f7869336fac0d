// Addresses of version 6, of which one has many texts: "2001:db8::1", "2001:0DB8:0:0::1", "::ffff:10.0.0.1".
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace logmill::logserve {

// A regular expression for all texts of an address, all that a prefix ("2001:db8::/32") or a range ("fe80::1-fe80::ff") has. Fails with
// invalid.
base::Result<std::string> regex_of_v6_addresses(std::string_view text);

}  // namespace logmill::logserve
