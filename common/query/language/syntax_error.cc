#include "query/language/syntax_error.h"

#include <algorithm>
#include <string>

#include "text/display_width.h"
#include "text/utf8.h"

namespace logmill::query {
namespace {

constexpr std::size_t kShownBefore = 48;  // with the indent, the caret stays within 80 columns
constexpr std::size_t kShownAfter = 26;

// One line for a terminal; newlines and tabs of the query become spaces so that the caret fits.
std::string printable(std::string_view text) {
  std::string line(text);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  std::string out;
  text::append_escaped_for_terminal(out, line);
  return out;
}

}  // namespace

base::Error syntax_error(std::string_view query, std::size_t offset, std::string_view what) {
  offset = std::min(offset, query.size());
  const std::size_t from = offset > kShownBefore ? offset - kShownBefore : 0;
  const std::string before = (from > 0 ? "..." : "") + printable(query.substr(from, offset - from));
  const std::string after = printable(query.substr(offset, kShownAfter)) + (query.size() > offset + kShownAfter ? "..." : "");
  std::string text = "query: ";
  text += what;
  text += "\n  " + before + after;
  text += "\n  " + std::string(text::display_width(before), ' ') + "^";
  return {base::ErrorCode::invalid, std::move(text)};
}

}  // namespace logmill::query
