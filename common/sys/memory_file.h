// A file in memory: what a program is to find on its standard input, however much it reads of it.
#pragma once

#include <string_view>

#include "base/result.h"
#include "sys/fd.h"

namespace logmill::sys {

// Stands at its start; goes with the last descriptor.
base::Result<Fd> make_memory_file(std::string_view content);

}  // namespace logmill::sys
