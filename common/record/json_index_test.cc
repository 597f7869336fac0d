#include "record/json_index.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <vector>

#include "base/arena.h"
#include "text/utf8.h"

namespace logmill::record {
namespace {

using Outcome = JsonIndex::Outcome;

struct Tokens {
  Outcome outcome = Outcome::good;
  std::vector<std::uint32_t> offsets = {};

  friend bool operator==(const Tokens&, const Tokens&) = default;
};

// Byte by byte.
Tokens tokens_by_bytes(std::string_view text) {
  Tokens tokens;
  bool in_string = false, in_run = false, escaped = false, control = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_quote = c == '"' && !escaped;
    escaped = c == '\\' && !escaped;
    if (in_string) {
      control = control || static_cast<unsigned char>(c) < 0x20;
      in_string = !is_quote;
      continue;
    }
    const bool is_mark = std::string_view("{}[]:,").find(c) != std::string_view::npos;
    const bool is_other = !is_quote && !is_mark && std::string_view(" \n\t\r").find(c) == std::string_view::npos;
    if (is_quote || is_mark || (is_other && !in_run)) tokens.offsets.push_back(static_cast<std::uint32_t>(i));
    in_run = is_other;
    in_string = is_quote;
  }
  const bool valid = text::valid_utf8_prefix(text) == text.size();
  if (in_string || control || tokens.offsets.empty() || !valid)
    return {in_string                ? Outcome::open_string
            : control                ? Outcome::control_character
            : tokens.offsets.empty() ? Outcome::empty
                                     : Outcome::invalid_utf8};
  tokens.offsets.insert(tokens.offsets.end(), JsonIndex::kSentinels, static_cast<std::uint32_t>(text.size()));
  return tokens;
}

Tokens tokens_of(JsonIndex& index, std::string_view text, std::size_t count) {
  Tokens tokens{index.index(text)};
  if (tokens.outcome == Outcome::good) tokens.offsets.assign(index.begin(), index.begin() + count);
  return tokens;
}

// Whatever the processor compares at once, and whatever stands behind the text.
TEST(JsonIndex, IsTheSameOnEveryMachine) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  std::array machines = {JsonIndex(0), JsonIndex(32), JsonIndex(64)};
  std::array<int, 6> outcomes{};
  for (int round = 0; round < 20'000; ++round) {
    static constexpr std::string_view kLetters[] = {
        "\"\\", "\"\"\"{}[]:, a", "\"\"\"\\\\\\ab \n\t\r", "{}[]:,12 \n\x1a\x0c|;Zz", "\"\\a\xc3\xa9\x1f ", "[]a,\xc3\xa9"};
    const std::string_view letters = kLetters[random() % std::size(kLetters)];
    std::string bytes(random() % 300 + base::Arena::kPadding, ' ');
    for (char& c : bytes) c = letters[random() % letters.size()];
    std::string_view text = std::string_view(bytes).substr(0, bytes.size() - base::Arena::kPadding);
    if (random() % 2 == 0) text = text.substr(0, text.rfind('"') + 1);  // more of them are good
    const Tokens expected = tokens_by_bytes(text);
    ++outcomes[static_cast<std::size_t>(expected.outcome)];
    for (JsonIndex& index : machines) ASSERT_EQ(tokens_of(index, text, expected.offsets.size()), expected) << text;
  }
  for (const Outcome outcome : {Outcome::good, Outcome::invalid_utf8, Outcome::open_string, Outcome::control_character, Outcome::empty})
    EXPECT_GT(outcomes[static_cast<std::size_t>(outcome)], 100) << static_cast<int>(outcome);
}

// From block to block: runs of backslashes, strings and other runs of every length, at every place.
TEST(JsonIndex, GoesOnOverTheEndsOfBlocks) {
  JsonIndex index;
  for (std::size_t before = 0; before < 130; ++before)
    for (std::size_t size = 1; size < 140; size += size < 5 || size > 60 ? 1 : 20)
      for (const std::string& inside : {std::string(size, '\\'), std::string(size, 'x'), std::string(size, '{')})
        for (const char* const ends : {"\"\"", "\"\\", "[]"}) {
          const std::string text = std::string(before, ' ') + ends[0] + inside + ends[1] + "\",1";
          const Tokens expected = tokens_by_bytes(text);
          ASSERT_EQ(tokens_of(index, std::string_view(text + std::string(base::Arena::kPadding, '"')).substr(0, text.size()),
                              expected.offsets.size()),
                    expected)
              << text;
        }
}

TEST(JsonIndex, GivesBackWhatLongTextsNeeded) {
  JsonIndex index;
  index.shrink();
  const std::string text = std::string(1 << 20, '[') + std::string(base::Arena::kPadding, ' ');
  ASSERT_EQ(index.index(std::string_view(text).substr(0, 1 << 20)), Outcome::good);
  EXPECT_EQ(index.begin()[(1 << 20) - 1], (1u << 20) - 1);
  index.shrink();
  ASSERT_EQ(index.index(std::string_view(text).substr(0, 1)), Outcome::good);
  EXPECT_EQ(index.begin()[0], 0u);
  EXPECT_EQ(index.begin()[1], 1u);
}

}  // namespace
}  // namespace logmill::record
