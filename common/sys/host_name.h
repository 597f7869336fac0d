// What this machine calls itself.
#pragma once

#include <string>

namespace logmill::sys {

// "localhost" if the system does not say.
std::string host_name();

}  // namespace logmill::sys
