// Where exports may go: files below one folder, and nowhere else.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace logmill::logserve {

// The file that `name` means below `dir`: "march/errors.csv". Fails with invalid if it could lead elsewhere ("..", a symbolic link), is
// hidden, or is there already. Folders on its way need not be there.
base::Result<std::string> find_export_place(const std::string& dir, std::string_view name);

}  // namespace logmill::logserve
