// The words of a text, as the token index keys them and as queries ask for them. One definition, so
// that what a query looks for is what the index holds.
//
// A token is a maximal run of ASCII letters, digits and bytes of 0x80 and above (so that words in
// UTF-8 stay whole); ASCII letters are lower-cased. All else separates: "GET /Über-uns?id=A17" has
// the tokens get, über, uns, id and a17 (non-ASCII letters keep their case). A token has no maximal
// length: whoever bounds memory hashes it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace logmill::text {

enum class TokenByte : std::uint8_t { separator, upper, other };

inline constexpr std::array<TokenByte, 256> kTokenBytes = [] {
  std::array<TokenByte, 256> kinds{};
  for (int c = 'a'; c <= 'z'; ++c) kinds[c] = TokenByte::other;
  for (int c = '0'; c <= '9'; ++c) kinds[c] = TokenByte::other;
  for (int c = 0x80; c <= 0xff; ++c) kinds[c] = TokenByte::other;
  for (int c = 'A'; c <= 'Z'; ++c) kinds[c] = TokenByte::upper;
  return kinds;
}();

constexpr TokenByte token_byte(char c) { return kTokenBytes[static_cast<unsigned char>(c)]; }
constexpr bool is_token_byte(char c) { return token_byte(c) != TokenByte::separator; }

// ASCII letters only; other bytes stay.
constexpr char upper_ascii(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c & ~0x20) : c; }
constexpr char lower_ascii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }
constexpr bool is_ascii_letter(char c) { return lower_ascii(c) >= 'a' && lower_ascii(c) <= 'z'; }

// `bytes` in lower case: itself if it has no capitals, else a copy in `scratch`.
std::string_view lower_ascii(std::string_view bytes, std::string& scratch);

// Calls `f(std::string_view token)` for each token in order, repeats included. The view is valid
// during the call only.
template <class F>
void for_each_token(std::string_view text, F&& f) {
  std::string scratch;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (true) {
    while (at != end && !is_token_byte(*at)) ++at;
    if (at == end) return;
    const char* const begin = at;
    bool capitals = false;
    for (; at != end && is_token_byte(*at); ++at) capitals |= token_byte(*at) == TokenByte::upper;
    const std::string_view run(begin, static_cast<std::size_t>(at - begin));
    f(capitals ? lower_ascii(run, scratch) : run);
  }
}

}  // namespace logmill::text
