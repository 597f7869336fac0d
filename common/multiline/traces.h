// How programs of each language write a stack trace, as far as it takes to tell a line of one from the next event.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace logmill::multiline {

struct Trace {
  std::string_view name;
  // Whether `line` (without its newline) goes on with the event; one that is indented does. `state` is 0 at the event's first
  // line, for which the answer does not count.
  bool (*goes_on)(std::uint8_t& state, std::string_view line);
};

inline constexpr std::size_t kTraces = 8;
std::span<const Trace> traces();

}  // namespace logmill::multiline
