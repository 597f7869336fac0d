#include "generate/random.h"

#include <gtest/gtest.h>

namespace logmill::generate {
namespace {

// The first outputs that the reference code of the authors gives for seed 1234567.
TEST(SplitMix64, GivesTheReferenceSequence) {
  SplitMix64 mix(1'234'567);
  EXPECT_EQ(mix.next(), 6457827717110365317u);
  EXPECT_EQ(mix.next(), 3203168211198807973u);
  EXPECT_EQ(mix.next(), 9817491932198370423u);
}

TEST(Random, DependsOnTheSeedOnly) {
  Random a(7), b(7), c(8);
  bool differs = false;
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t value = a.next();
    ASSERT_EQ(value, b.next());
    differs |= value != c.next();
  }
  EXPECT_TRUE(differs);
}

TEST(Random, ScalesToTheWholeRange) {
  EXPECT_EQ(scale_below(0, 10), 0u);
  EXPECT_EQ(scale_below(~0u, 10), 9u);
  EXPECT_EQ(scale_below(~0u, 1), 0u);
}

}  // namespace
}  // namespace logmill::generate
