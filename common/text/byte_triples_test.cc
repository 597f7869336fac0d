#include "text/byte_triples.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <vector>

#include "base/processor.h"

namespace logmill::text {
namespace {

bool stands_at(const std::vector<ByteTriples::Pattern>& patterns, std::string_view text, std::size_t at) {
  return std::ranges::any_of(patterns, [&](const ByteTriples::Pattern& pattern) {
    for (std::size_t i = 0; i < pattern.size(); ++i)
      if (!pattern[i][static_cast<unsigned char>(at + i < text.size() ? text[at + i] : '\n')]) return false;
    return true;
  });
}

std::vector<std::size_t> all_places(const ByteTriples& triples, std::string_view text, std::size_t from = 0) {
  std::vector<std::size_t> all;
  ByteTriples::Places places;
  for (; from < text.size(); from += ByteTriples::kWindowBytes)
    for (const std::size_t place : triples.find(text, from, places)) all.push_back(from + place);
  return all;
}

using Places = std::vector<std::size_t>;
using Patterns = std::vector<ByteTriples::Pattern>;

TEST(ByteTriples, AreFoundWhereverTheyStand) {
  const ByteTriples triples(Patterns{{byte_set("a"), folded_byte_set("b"), byte_set("\"=")}});
  EXPECT_EQ(all_places(triples, ""), Places());
  for (std::size_t before = 0; before < 140; ++before)
    for (const std::size_t after : {0, 1, 2, 63, 64, 65}) {
      EXPECT_EQ(all_places(triples, std::string(before, 'a') + "aB=" + std::string(after, '.')), Places{before});
      EXPECT_EQ(all_places(triples, std::string(before, 'a') + "ab:" + std::string(after, '.')), Places());
    }
  EXPECT_EQ(all_places(triples, "ab=ab=", 1), Places{3});
}

TEST(ByteTriples, NewlinesFollowTheText) {
  const ByteTriples triples(Patterns{{byte_set("|"), byte_set("\n"), any_byte()}});
  EXPECT_EQ(all_places(triples, "a|"), Places{1});
  EXPECT_EQ(all_places(triples, "a|b"), Places());
}

constexpr std::size_t kGroups = 8;

// Whether no place is found but those of the patterns: none shares a group with another one, and of each byte a half tells as much as all
// of it.
bool is_exact(const Patterns& patterns) {
  const auto is_one = [](const ByteSet& set) { return set.all() || (set.count() == 1 && !(set >> 0x7f).any()); };
  const auto are_ones = [&](const ByteTriples::Pattern& pattern) { return std::ranges::all_of(pattern, is_one); };
  return patterns.size() <= kGroups && std::ranges::all_of(patterns, are_ones);
}

TEST(ByteTriples, MissNone) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto letters = [&](std::size_t size, std::size_t kinds = 10) {
    std::string text(size, ' ');
    for (char& c : text) c = "abAB-\x1b\\\n\xc3\xff"[random() % kinds];
    return text;
  };
  std::size_t exact_rounds = 0;
  for (int round = 0; round < 3'000; ++round) {
    const std::size_t vector_bytes = std::array<std::size_t, 3>{16, 32, 64}[round % 3];
    Patterns patterns;
    const std::size_t kinds = round % 2 == 0 ? 8 : 10, more = round % 4 < 2 ? 1 : 2;
    for (std::size_t i = 1 + random() % 12; i > 0; --i) {
      const auto third = random() % 4 == 0 ? any_byte() : byte_set(letters(more, kinds));
      patterns.push_back({byte_set(letters(1, kinds)), byte_set(letters(1, kinds)), third});
    }
    const ByteTriples triples(patterns, vector_bytes), by_bytes(patterns, 16);
    const std::string text = letters(random() % (round % 30 == 0 ? 3 * ByteTriples::kWindowBytes : 300));
    const Places places = all_places(triples, text);
    if (vector_bytes < 64) {
      ASSERT_EQ(places, all_places(by_bytes, text)) << text;
    }
    const bool exact = is_exact(patterns);
    exact_rounds += exact;
    for (std::size_t at = 0; at < text.size(); ++at) {
      const bool found = std::ranges::binary_search(places, at), stands = stands_at(patterns, text, at);
      ASSERT_TRUE(exact ? found == stands : found || !stands) << at << " in " << text;
    }
  }
  EXPECT_GT(exact_rounds, 100U);
}

#if defined(__x86_64__)
TEST(ByteTriples, TellWholeBytesApartWhereTheProcessorDoes) {
  if (!base::processor().moves_bytes) GTEST_SKIP() << "by halves of bytes";
  const ByteTriples triples(Patterns{{byte_set("aB"), folded_byte_set("x"), byte_set("1b")}});
  EXPECT_EQ(all_places(triples, "bx1 AX1 ax2 bX1 aa1 ax! aq1" + std::string(64, '.')), Places());
  EXPECT_EQ(all_places(triples, "Bx1.aXb" + std::string(64, '.')), (Places{0, 4}));
}
#endif

}  // namespace
}  // namespace logmill::text
