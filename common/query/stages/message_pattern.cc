#include "query/stages/message_pattern.h"

#include <algorithm>
#include <cstddef>

#include "text/digits.h"

namespace logmill::query {
namespace {

using text::is_digit;

constexpr std::string_view kVariable = "<*>";

bool is_run(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' || c == '-' || c == ':' ||
         static_cast<unsigned char>(c) >= 0x80;
}
// Joins parts of a run, but belongs to the sentence at its end.
bool is_joint(char c) { return c == '.' || c == '-' || c == ':'; }

std::size_t run_size(std::string_view text) {
  std::size_t size = 0;
  while (size < text.size() && is_run(text[size])) ++size;
  while (size > 1 && is_joint(text[size - 1])) --size;
  return size;
}

}  // namespace

void append_pattern(std::string& out, std::string_view message) {
  while (!message.empty()) {
    const char c = message.front();
    const std::size_t close = c == '"' ? message.find('"', 1) : std::string_view::npos;
    if (close != std::string_view::npos) {
      out.append("\"").append(kVariable).append("\"");
      message.remove_prefix(close + 1);
      continue;
    }
    const std::size_t size = std::max<std::size_t>(1, run_size(message));
    const std::string_view run = message.substr(0, size);
    out += std::ranges::any_of(run, is_digit) ? kVariable : run;
    message.remove_prefix(size);
  }
}

}  // namespace logmill::query
