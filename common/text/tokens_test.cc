#include "text/tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace logmill::text {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> tokens(std::string_view text) {
  std::vector<std::string> found;
  for_each_token(text, [&](std::string_view token) { found.emplace_back(token); });
  return found;
}

TEST(Tokens, AreRunsOfLettersAndDigits) {
  EXPECT_THAT(tokens("GET /api/v1/users?id=A17 HTTP/1.1"), ElementsAre("get", "api", "v1", "users", "id", "a17", "http", "1", "1"));
  EXPECT_THAT(tokens("a_b-c.d"), ElementsAre("a", "b", "c", "d"));
}

TEST(Tokens, KeepUtf8WordsWholeAndTheirCase) {
  EXPECT_THAT(tokens("Ünder naïve 東京-tower"), ElementsAre("Ünder", "naïve", "東京", "tower"));
}

TEST(Tokens, KeepInvalidBytes) { EXPECT_THAT(tokens("A\xff\xfe b"), ElementsAre("a\xff\xfe", "b")); }

TEST(Tokens, NoneInSeparators) {
  EXPECT_THAT(tokens(""), IsEmpty());
  EXPECT_THAT(tokens(std::string_view(" \t\0-_=[]{}@`\x7f", 13)), IsEmpty());
}

TEST(Tokens, ClassifyEveryByte) {
  for (int c = 0; c < 256; ++c) {
    const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
    EXPECT_EQ(is_token_byte(static_cast<char>(c)), alphanumeric) << c;
  }
}

TEST(Tokens, HaveNoMaximalLength) {
  const std::string text = std::string(1 << 20, 'X') + " y";
  EXPECT_THAT(tokens(text), ElementsAre(std::string(1 << 20, 'x'), "y"));
}

TEST(LowerAscii, CopiesOnlyWhereThereAreCapitals) {
  std::string scratch;
  const std::string_view plain = "abc \xc3\x9c";
  EXPECT_EQ(lower_ascii(plain, scratch).data(), plain.data());
  EXPECT_EQ(lower_ascii("a\xc3\x9c"
                        "B[Z",
                        scratch),
            "a\xc3\x9c"
            "b[z");
}

}  // namespace
}  // namespace logmill::text
