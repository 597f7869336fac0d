// Paths that do not begin at the root, for whoever keeps one longer than the folder that it was typed in.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace logmill::sys {

// The same path from the root, by the folder that the process is in now. One from the root stays as it is.
base::Result<std::string> from_root(std::string_view path);

}  // namespace logmill::sys
