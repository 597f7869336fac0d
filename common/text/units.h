// Durations, sizes, counts and rates in the forms that people write.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace logmill::text {

// "90s", "250ms", "1h30m", "7d", "2w", "1y" (365 days), "1.5h": nanoseconds, not negative. A number
// without a unit is refused ("7: a duration needs a unit: 7s, 7m, 7h, 7d"); so is one beyond 292
// years.
base::Result<std::int64_t> parse_duration(std::string_view text);

// Bytes: "64MiB", "64M", "10KB", "1.5g", "4096". K, M, G, T are powers of 1024, KB, MB, GB, TB of
// 1000.
base::Result<std::uint64_t> parse_size(std::string_view text);

// Counts: "1000000", "1_000_000", "10k", "1M", "1e6" (powers of 1000).
base::Result<std::uint64_t> parse_count(std::string_view text);

// Events a second: "10k/s", "600/m", "10k" (a second), "max" (0: as fast as possible).
base::Result<double> parse_rate(std::string_view text);

// "1.50 MiB", "312 B"; "1,234,567"; "1.2 s", "350 ms", "2h5m".
std::string format_size(std::uint64_t bytes);
std::string format_count(std::uint64_t count);
std::string format_duration(std::int64_t ns);

}  // namespace logmill::text
