#include "text/needles.h"

#include <gtest/gtest.h>

#include <array>
#include <random>

#include "text/tokens.h"

namespace logmill::text {
namespace {

std::size_t find_slowly(const Needles& needles, std::string_view text, std::size_t from) {
  std::string lower(text);
  for (char& c : lower) c = lower_ascii(c);
  std::size_t found = std::string_view::npos;
  for (std::size_t i = 0; i < needles.count(); ++i) found = std::min(found, lower.find(needles[i], from));
  return found;
}

TEST(Needles, AreFoundInEitherCaseWhereverTheyStand) {
  Needles needles;
  needles.add("Reset");
  needles.add("\x1b");
  for (std::size_t before = 0; before < 70; ++before) {
    for (const std::size_t after : {0, 1, 15, 16, 40}) {
      const std::string text = std::string(before, 'r') + "rEsEt" + std::string(after, '.');
      EXPECT_EQ(needles.find(text), before) << text;
    }
  }
  EXPECT_EQ(needles.find("res et"), std::string_view::npos);
  EXPECT_EQ(needles.find("a\x1b[0m"), 1u);
  EXPECT_EQ(needles.find("reset reset", 1), 6u);
  EXPECT_EQ(needles.find(""), std::string_view::npos);
}

// '@' and '`' differ from each other as letters do from capitals.
TEST(Needles, FoldsLettersOnly) {
  Needles needles;
  needles.add("a`b");
  EXPECT_EQ(needles.find("a@b"), std::string_view::npos);
  EXPECT_EQ(needles.find("A`B"), 0u);
}

TEST(Needles, AgreeWithAPlainSearch) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto letters = [&](std::size_t size) {
    std::string text(size, ' ');
    for (char& c : text) c = "abAB-\xc3\x1b\\"[random() % 8];
    return text;
  };
  for (int round = 0; round < 6'000; ++round) {
    Needles needles(std::array<std::size_t, 3>{16, 32, 64}[round % 3]);
    for (std::size_t i = 1 + random() % 6; i > 0; --i) needles.add(letters(1 + random() % 7));
    const std::string text = letters(random() % 200);
    const std::size_t from = random() % (text.size() + 1);
    ASSERT_EQ(needles.find(text, from), find_slowly(needles, text, from)) << text;
  }
}

TEST(Needles, MayBeLongerThanTheText) {
  Needles needles;
  needles.add(std::string(1'000, 'x'));
  EXPECT_EQ(needles.find(std::string(999, 'x')), std::string_view::npos);
  EXPECT_EQ(needles.find("y" + std::string(1'000, 'X')), 1u);
}

}  // namespace
}  // namespace logmill::text
