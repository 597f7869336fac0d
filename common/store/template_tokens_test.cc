#include "store/template_tokens.h"

#include <gtest/gtest.h>

#include <random>

namespace logmill::store {
namespace {

// Keys that are none among them: an escape at the end, more variables than a template has.
TEST(TemplateTokens, KindsOfSlotsAreThoseOfThePieces) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 5'000; ++round) {
    std::string key(random() % (round % 50 == 0 ? 3'000 : 150), ' ');
    const unsigned one_in = 1U << (random() % 5);
    for (char& c : key) c = static_cast<char>(random() % one_in == 0 ? random() % 5 : 'a' + random() % 26);
    std::vector<TemplatePiece> pieces;
    std::vector<SlotKind> kinds(1, SlotKind::text), expected = kinds;
    std::size_t literal_bytes = 7, expected_bytes = 7;
    const bool sound = parse_template(key, pieces);
    ASSERT_EQ(read_slot_kinds(key, kinds, literal_bytes), sound) << round;
    if (!sound) continue;
    for (const TemplatePiece& piece : pieces)
      if (piece.slot)
        expected.push_back(piece.kind);
      else
        expected_bytes += piece.literal.size();
    ASSERT_EQ(kinds, expected) << round;
    ASSERT_EQ(literal_bytes, expected_bytes) << round;
  }
}

}  // namespace
}  // namespace logmill::store
