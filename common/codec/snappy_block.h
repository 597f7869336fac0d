// Snappy's block format: google/snappy, format_description.txt. It has no magic number, so nothing detects it: who reads it was told.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace logmill::codec {

// A whole block. Fails with too_large, before it takes memory, if it says that it holds more than `bytes_max`; with invalid if it is none.
base::Result<std::string> inflate_snappy(std::string_view block, std::uint64_t bytes_max);

}  // namespace logmill::codec
