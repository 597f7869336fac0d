// A file without a name: gone when it is closed, however the program ends.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "sys/file_system.h"

namespace logmill::sys {

// Empty, for reading and appending by this user alone (mode 0600), on the file system of `directory`.
base::Result<std::unique_ptr<File>> make_unlinked_file(const std::string& directory);

}  // namespace logmill::sys
