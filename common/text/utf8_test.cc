#include "text/utf8.h"

#include <gtest/gtest.h>

namespace logmill::text {
namespace {

using namespace std::string_view_literals;

TEST(Utf8, AcceptsExactlyTable3Dash7) {
  struct Case {
    std::string_view bytes;
    std::size_t valid;
  };
  const Case cases[] = {
      {"", 0},
      {"ascii only, longer than eight", 29},
      {"\x7f", 1},
      {"\xc2\x80", 2},
      {"\xc1\xbf", 0},  // overlong
      {"\xe0\xa0\x80", 3},
      {"\xe0\x9f\xbf", 0},  // overlong
      {"\xed\x9f\xbf", 3},
      {"\xed\xa0\x80", 0},  // surrogate
      {"\xee\x80\x80", 3},
      {"\xf0\x90\x80\x80", 4},
      {"\xf0\x8f\xbf\xbf", 0},  // overlong
      {"\xf4\x8f\xbf\xbf", 4},
      {"\xf4\x90\x80\x80", 0},  // beyond U+10FFFF
      {"\xf5\x80\x80\x80", 0},
      {"\x80", 0},
      {"12345678\xff", 8},
      {"1234567\xc3\xa4 12345678\xe2\x82", 18},  // cut
      {"a\0b"sv, 3},
  };
  for (const Case& c : cases) EXPECT_EQ(valid_utf8_prefix(c.bytes), c.valid) << c.bytes;
}

TEST(Utf8, EachCodePointIsOneCharacter) {
  for (std::uint32_t code = 0; code < 0x110100; ++code) {
    std::string character;
    const bool is_surrogate = code >= 0xd800 && code < 0xe000;
    ASSERT_EQ(append_utf8(character, code), !is_surrogate && code <= 0x10ffff) << code;
    if (character.empty()) continue;
    ASSERT_EQ(utf8_sequence_size(character), character.size()) << code;
    ASSERT_EQ(utf8_code_point(character), code);
  }
}

TEST(Utf8, EveryCutOfACharacterIsInvalid) {
  for (const std::string_view character : {"ä", "€", "😀"})
    for (std::size_t size = 1; size < character.size(); ++size) EXPECT_EQ(utf8_sequence_size(character.substr(0, size)), 0u);
}

TEST(Terminal, ShowsNoControls) {
  std::string out;
  append_escaped_for_terminal(out, "a\tb\x1b[31mred\x7f \xc2\x9b \xff ä€\r\n");
  EXPECT_EQ(out, "a\tb\\x1b[31mred\\x7f \\xc2\\x9b \\xff ä€\\x0d\\x0a");
  out.clear();
  append_lines_escaped_for_terminal(out,
                                    "a\x1b[H\n\xe2\x80\xae"
                                    "b\n");  // U+202E: from right to left from here on
  EXPECT_EQ(out,
            "a\\x1b[H\n\\xe2\\x80\\xae"
            "b\n");
}

}  // namespace
}  // namespace logmill::text
