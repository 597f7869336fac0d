#include "text/byte_triples.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <vector>

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

TEST(ByteTriples, AreFoundWhereverTheyStand) {
  ByteTriples triples;
  triples.add({byte_set("a"), folded_byte_set("b"), byte_set("\"=")});
  EXPECT_EQ(all_places(triples, ""), Places());
  for (std::size_t before = 0; before < 140; ++before)
    for (const std::size_t after : {0, 1, 2, 63, 64, 65}) {
      EXPECT_EQ(all_places(triples, std::string(before, 'a') + "aB=" + std::string(after, '.')), Places{before});
      EXPECT_EQ(all_places(triples, std::string(before, 'a') + "ab:" + std::string(after, '.')), Places());
    }
  EXPECT_EQ(all_places(triples, "ab=ab=", 1), Places{3});
}

TEST(ByteTriples, NewlinesFollowTheText) {
  ByteTriples triples;
  triples.add({byte_set("|"), byte_set("\n"), any_byte()});
  EXPECT_EQ(all_places(triples, "a|"), Places{1});
  EXPECT_EQ(all_places(triples, "a|b"), Places());
}

// More are found only where two of them share a group, or halves of bytes.
TEST(ByteTriples, MissNone) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto letters = [&](std::size_t size) {
    std::string text(size, ' ');
    for (char& c : text) c = "abAB-\xc3\x1b\\\n\xff"[random() % 10];
    return text;
  };
  for (int round = 0; round < 3'000; ++round) {
    ByteTriples triples(std::array<std::size_t, 3>{16, 32, 64}[round % 3]), by_bytes(16);
    std::vector<ByteTriples::Pattern> patterns;
    for (std::size_t i = 1 + random() % 12; i > 0; --i) {
      patterns.push_back({byte_set(letters(1)), byte_set(letters(1)), random() % 4 == 0 ? any_byte() : byte_set(letters(2))});
      triples.add(patterns.back());
      by_bytes.add(patterns.back());
    }
    const std::string text = letters(random() % (round % 30 == 0 ? 3 * ByteTriples::kWindowBytes : 300));
    const Places places = all_places(triples, text);
    ASSERT_EQ(places, all_places(by_bytes, text)) << text;
    const bool exact = patterns.size() == 1 && patterns[0][2].count() == 1;
    for (std::size_t at = 0; at < text.size(); ++at) {
      const bool found = std::ranges::binary_search(places, at), stands = stands_at(patterns, text, at);
      ASSERT_TRUE(exact ? found == stands : found || !stands) << at << " in " << text;
    }
  }
}

}  // namespace
}  // namespace logmill::text
