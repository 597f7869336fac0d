#include "logserve/search/page_token.h"

#include <algorithm>
#include <charconv>

#include "base/hash.h"

namespace logmill::logserve {
namespace {

void append_hex(std::string& out, std::uint64_t number) {
  char digits[2 * sizeof number];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number, 16).ptr);
}

bool take_hex(std::string_view& text, std::uint64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return error == std::errc();
}

bool take_dash(std::string_view& text) {
  if (!text.starts_with('-')) return false;
  text.remove_prefix(1);
  return true;
}

// Of an object as the printer writes it, without blanks: of its members, in whatever order. That order is the one in which fields came up
// in a block, and compaction makes other blocks.
std::uint64_t hash_of_members(std::string_view json) {
  std::uint64_t hash = 0;
  std::size_t begin = 1, depth = 0;
  bool quoted = false;
  for (std::size_t at = 0; at < json.size(); ++at) {
    const char c = json[at];
    if (quoted) {
      at += c == '\\' ? 1 : 0;
      quoted = c != '"';
      continue;
    }
    quoted = c == '"';
    depth += c == '{' || c == '[' ? 1 : 0;
    if ((c == ',' || c == '}') && depth == 1) {
      hash += base::xxh3_64(json.substr(begin, at - begin));
      begin = at + 1;
    }
    depth -= c == '}' || c == ']' ? 1 : 0;
  }
  return hash;
}

}  // namespace

std::string PageToken::text() const {
  std::string text;
  append_hex(text, static_cast<std::uint64_t>(time));
  text += '-';
  append_hex(text, hash);
  text += '-';
  append_hex(text, repeat);
  return text;
}

base::Result<PageToken> PageToken::parse(std::string_view text) {
  std::uint64_t time = 0, hash = 0, repeat = 0;
  const bool good = take_hex(text, time) && take_dash(text) && take_hex(text, hash) && take_dash(text) && take_hex(text, repeat);
  if (!good || !text.empty() || repeat > UINT32_MAX)
    return base::Error{base::ErrorCode::invalid, "page_token: not a token that an earlier answer gave"};
  return PageToken{static_cast<base::TimeNs>(time), hash, static_cast<std::uint32_t>(repeat)};
}

std::vector<PlacedRow> place_rows(std::vector<JsonRow> rows) {
  std::vector<PlacedRow> placed;
  for (JsonRow& row : rows) {
    const PageToken place{row.time, hash_of_members(row.json), 0};
    placed.push_back({std::move(row), place});
  }
  std::ranges::sort(placed, [](const PlacedRow& a, const PlacedRow& b) {
    return a.place.time != b.place.time ? a.place.time > b.place.time : a.place.hash > b.place.hash;
  });
  for (std::size_t i = 1; i < placed.size(); ++i) {
    const PageToken& before = placed[i - 1].place;
    if (before.time == placed[i].place.time && before.hash == placed[i].place.hash) placed[i].place.repeat = before.repeat + 1;
  }
  return placed;
}

}  // namespace logmill::logserve
