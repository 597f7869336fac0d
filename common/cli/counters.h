// What a program took in, gave on, and lost for which reason. For every program
//   records_in = records_out + sum(dropped) + pending
// holds at any time, and is printed by --stats.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace logmill::cli {

struct Counters {
  std::uint64_t records_in = 0, records_out = 0;
  std::uint64_t bytes_in = 0, bytes_out = 0;
  std::map<std::string, std::uint64_t, std::less<>> dropped;  // by cause
  std::uint64_t pending() const;

  void drop(std::string_view cause, std::uint64_t records);
  // Lines that came in and hold nothing to keep.
  void take_empty_lines(std::uint64_t lines) {
    records_in += lines;
    drop("empty", lines);
  }
};

// "logparse: 1,000,000 in, 998,001 out, 1,999 dropped (filter 1,999), 0 pending; 230 MB in 0.41 s,
// 2,439,024/s"
std::string format_counters(std::string_view program, const Counters& counters, std::int64_t elapsed_ns);

// Prometheus text, for --metrics FILE: logmill_records_in_total{program="logparse"} 1000000 …
std::string format_metrics(std::string_view program, const Counters& counters);

}  // namespace logmill::cli
