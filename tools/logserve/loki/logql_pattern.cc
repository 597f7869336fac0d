#include "logserve/loki/logql_pattern.h"

#include <algorithm>
#include <vector>

namespace logmill::logserve {
namespace {

constexpr std::size_t kPatternPartsMax = 100;
constexpr std::string_view kUnnamed = "_";

struct PatternPart {
  std::string_view text;
  bool is_place;  // then `text` is its name
};

bool is_place_name(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !name.empty() && is_letter(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

base::Error wrong_pattern(std::string_view what) { return {base::ErrorCode::invalid, std::string(what)}; }

// Texts and places in turn; what looks like a place and is none is text.
base::Result<std::vector<PatternPart>> parts_of(std::string_view pattern) {
  std::vector<PatternPart> parts;
  std::size_t text = 0;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const std::size_t close = pattern[i] == '<' ? pattern.find('>', i) : std::string_view::npos;
    if (close == std::string_view::npos || !is_place_name(pattern.substr(i + 1, close - i - 1))) continue;
    if (i > text) parts.push_back({pattern.substr(text, i - text), false});
    if (!parts.empty() && parts.back().is_place) return wrong_pattern("a text is expected between two places");
    parts.push_back({pattern.substr(i + 1, close - i - 1), true});
    text = close + 1;
    i = close;
    if (parts.size() > kPatternPartsMax) return wrong_pattern("too many places");
  }
  if (text < pattern.size()) parts.push_back({pattern.substr(text), false});
  return parts;
}

}  // namespace

std::string quoted_regex(std::string_view text) {
  std::string regex;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80) != 0;
    if (c == '\0')
      regex += "\\x00";
    else
      regex.append(plain ? "" : "\\").push_back(c);
  }
  return regex;
}

base::Result<std::string> regex_of_pattern(std::string_view pattern) {
  LOGMILL_ASSIGN_OR_RETURN(const std::vector<PatternPart> parts, parts_of(pattern));
  std::vector<std::string_view> names;
  // Each place with the text behind it is in a group that may be missing, with all that follows.
  std::string regex = "(?s)^", behind;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i].is_place) {
      regex += quoted_regex(parts[i].text);
      continue;
    }
    const std::string_view name = parts[i].text;
    if (name != kUnnamed && std::ranges::find(names, name) != names.end())
      return wrong_pattern("the name " + std::string(name) + " is there twice");
    if (name != kUnnamed) names.push_back(name);
    const bool is_last = i + 1 == parts.size();
    regex += "(?:" + (name == kUnnamed ? std::string("(?:") : "(?P<" + std::string(name) + ">") + (is_last ? ".*" : ".*?") + ")";
    behind += ")?";
  }
  if (names.empty()) return wrong_pattern("a name is expected: <ip>");
  return regex + behind;
}

base::Result<std::string> regex_of_line_pattern(std::string_view pattern) {
  LOGMILL_ASSIGN_OR_RETURN(const std::vector<PatternPart> parts, parts_of(pattern));
  std::string regex = "(?s)^";
  for (const PatternPart& part : parts) {
    if (part.is_place && part.text != kUnnamed) return wrong_pattern("only <_> may stand in a filter");
    regex += part.is_place ? ".*?" : quoted_regex(part.text);
  }
  return regex + "$";
}

}  // namespace logmill::logserve
