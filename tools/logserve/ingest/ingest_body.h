// The body of a request to ingest: one JSON object, an array of them, or one on each line; perhaps compressed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace logmill::logserve {

// As Content-Encoding says: gzip, zstd, or nothing. What was compressed is put into `unpacked`, else it stays where it is. Fails with
// too_large beyond the bound.
base::Result<std::string_view> decompress_body(std::string_view body, std::string_view encoding, std::uint64_t bytes_max,
                                               std::string& unpacked);

// The records in it, in order: views of `body`. Of an array that is damaged, those before the damage, and the rest as one.
std::vector<std::string_view> split_body(std::string_view body);

}  // namespace logmill::logserve
