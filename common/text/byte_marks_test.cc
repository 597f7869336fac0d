#include "text/byte_marks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include "base/arena.h"

namespace logmill::text {
namespace {

using Kind = ByteMarks::Kind;

bool is_marked(Kind kind, char c) {
  if (kind == Kind::line_ends) return c == '\n';
  return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
}

std::vector<std::uint32_t> marked_in(Kind kind, std::string_view text) {
  std::vector<std::uint32_t> offsets;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (is_marked(kind, text[i])) offsets.push_back(static_cast<std::uint32_t>(i));
  offsets.insert(offsets.end(), ByteMarks::kSentinels, static_cast<std::uint32_t>(text.size()));
  return offsets;
}

// Whatever the processor compares at once, and whatever stands behind the text.
TEST(ByteMarks, AreTheSameOnEveryMachine) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 4'000; ++round) {
    const Kind kind = round % 2 == 0 ? Kind::json_strings : Kind::line_ends;
    std::array machines = {ByteMarks(kind, 0), ByteMarks(kind, 32), ByteMarks(kind, 64)};
    const std::string_view letters = round % 3 == 0 ? "\"\n" : "\"\\\n\t\x1f ab\x7f\x80\xff";
    std::string bytes(random() % 300 + base::Arena::kPadding, ' ');
    for (char& c : bytes) c = letters[random() % letters.size()];
    const std::string_view text = std::string_view(bytes).substr(0, bytes.size() - base::Arena::kPadding);
    const auto expected = marked_in(kind, text);
    for (ByteMarks& marks : machines) {
      marks.mark(text);
      const std::uint32_t* const first = marks.from(text.data());
      ASSERT_EQ(std::vector(first, first + expected.size()), expected);
    }
  }
}

TEST(ByteMarks, AreFoundForthAndBack) {
  const std::string bytes = R"({"a":"b"})" + std::string(base::Arena::kPadding, '"');
  const std::string_view text = std::string_view(bytes).substr(0, 9);
  ByteMarks marks(Kind::json_strings);
  EXPECT_FALSE(marks.cover(text));
  marks.mark(text.substr(9));
  EXPECT_EQ(*marks.from(text.data() + 9), 0u);
  marks.mark(text);
  EXPECT_TRUE(marks.cover(text.substr(2)));
  EXPECT_FALSE(marks.cover(bytes));
  const auto offsets = marked_in(Kind::json_strings, text);
  for (const std::uint32_t at : {0u, 9u, 4u, 8u, 1u, 2u})
    EXPECT_EQ(*marks.from(text.data() + at), *std::ranges::lower_bound(offsets, at)) << at;
  marks.forget();
  EXPECT_FALSE(marks.cover(text));
}

}  // namespace
}  // namespace logmill::text
