#include "record/json_marks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include "record/batch.h"

namespace logmill::record {
namespace {

bool is_marked(char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; }

std::vector<std::uint32_t> marked_in(std::string_view text) {
  std::vector<std::uint32_t> offsets;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (is_marked(text[i])) offsets.push_back(static_cast<std::uint32_t>(i));
  offsets.insert(offsets.end(), JsonMarks::kSentinels, static_cast<std::uint32_t>(text.size()));
  return offsets;
}

// Whatever the processor compares at once, and whatever stands behind the text.
TEST(JsonMarks, AreTheSameOnEveryMachine) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  std::array machines = {JsonMarks(0), JsonMarks(32), JsonMarks(64)};
  for (int round = 0; round < 2'000; ++round) {
    const std::string_view letters = round % 3 == 0 ? "\"\\" : "\"\\\n\t\x1f ab\x7f\x80\xff";
    std::string bytes(random() % 300 + TextBuffer::kPadding, ' ');
    for (char& c : bytes) c = letters[random() % letters.size()];
    const std::string_view text = std::string_view(bytes).substr(0, bytes.size() - TextBuffer::kPadding);
    const auto expected = marked_in(text);
    for (JsonMarks& marks : machines) {
      marks.mark(text);
      const std::uint32_t* const first = marks.from(text.data());
      ASSERT_EQ(std::vector(first, first + expected.size()), expected);
    }
  }
}

TEST(JsonMarks, AreFoundForthAndBack) {
  const std::string bytes = R"({"a":"b"})" + std::string(TextBuffer::kPadding, '"');
  const std::string_view text = std::string_view(bytes).substr(0, 9);
  JsonMarks marks;
  EXPECT_FALSE(marks.cover(text));
  marks.mark(text.substr(9));
  EXPECT_EQ(*marks.from(text.data() + 9), 0u);
  marks.mark(text);
  EXPECT_TRUE(marks.cover(text.substr(2)));
  EXPECT_FALSE(marks.cover(bytes));
  const auto offsets = marked_in(text);
  for (const std::uint32_t at : {0u, 9u, 4u, 8u, 1u, 2u})
    EXPECT_EQ(*marks.from(text.data() + at), *std::ranges::lower_bound(offsets, at)) << at;
  marks.forget();
  EXPECT_FALSE(marks.cover(text));
}

}  // namespace
}  // namespace logmill::record
