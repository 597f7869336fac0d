#include "query/filter/text_match.h"

#include <algorithm>
#include <cstring>

#include "text/tokens.h"

namespace logmill::query {
namespace {

using text::is_token_byte;
using text::lower_ascii;

bool equal_folded(const char* text, std::string_view lower_case) {
  for (std::size_t i = 0; i < lower_case.size(); ++i)
    if (lower_ascii(text[i]) != lower_case[i]) return false;
  return true;
}

// The first of either byte at or after `from`.
const char* find_either(const char* from, const char* end, char a, char b) {
  const auto size = static_cast<std::size_t>(end - from);
  const auto* first = static_cast<const char*>(std::memchr(from, a, size));
  if (a == b) return first;
  const std::size_t before = first ? static_cast<std::size_t>(first - from) : size;
  const auto* second = static_cast<const char*>(std::memchr(from, b, before));
  return second ? second : first;
}

}  // namespace

std::string to_lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return lower_ascii(c); });
  return out;
}

std::size_t find_folded(std::string_view text, std::string_view needle, std::size_t from) {
  if (from > text.size() || text.size() - from < needle.size()) return std::string_view::npos;
  if (needle.empty()) return from;
  const char* end = text.data() + text.size() - needle.size() + 1;
  for (const char* at = text.data() + from; at < end; ++at) {
    at = find_either(at, end, needle[0], text::upper_ascii(needle[0]));
    if (!at) break;
    if (equal_folded(at, needle)) return static_cast<std::size_t>(at - text.data());
  }
  return std::string_view::npos;
}

bool matches_glob(std::string_view pattern, std::string_view text, bool ignore_case) {
  std::size_t p = 0, t = 0;
  std::size_t star = std::string_view::npos, star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && pattern[p] == (ignore_case ? lower_ascii(text[t]) : text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

WordFinder::WordFinder(std::string_view word, bool with_stars) {
  if (with_stars) {
    while (word.starts_with('*')) word.remove_prefix(1), open_start_ = true;
    while (word.ends_with('*')) word.remove_suffix(1), open_end_ = true;
  }
  needle_ = to_lower(word);
  search_ = TemplateSearch(needle_, true);
}

bool is_alphanumeric(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return is_token_byte(c) && static_cast<unsigned char>(c) < 0x80; });
}

std::string_view WordFinder::whole_token() const {
  return !open_start_ && !open_end_ && is_alphanumeric(needle_) ? std::string_view(needle_) : std::string_view();
}

std::size_t WordFinder::find(std::string_view text, std::size_t from) const {
  for (std::size_t at = from;; ++at) {
    at = find_folded(text, needle_, at);
    if (at == std::string_view::npos || stands_free(text, at)) return at;
  }
}

bool WordFinder::stands_free(std::string_view text, std::size_t at) const {
  if (needle_.empty()) return true;
  const std::size_t end = at + needle_.size();
  const bool start_ok = open_start_ || at == 0 || !is_token_byte(needle_.front()) || !is_token_byte(text[at - 1]);
  const bool end_ok = open_end_ || end == text.size() || !is_token_byte(needle_.back()) || !is_token_byte(text[end]);
  return start_ok && end_ok;
}

}  // namespace logmill::query
