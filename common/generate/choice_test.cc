#include "generate/choice.h"

#include <gtest/gtest.h>

namespace logmill::generate {
namespace {

std::vector<double> shares(const std::vector<std::uint64_t>& weights, int draws) {
  const Choice choice(weights);
  Random random(42);
  std::vector<double> counts(weights.size());
  for (int i = 0; i < draws; ++i) counts[choice.pick(random.next())] += 1.0 / draws;
  return counts;
}

TEST(Choice, FollowsTheWeights) {
  const auto share = shares({0, 10, 80, 7, 3}, 200'000);
  EXPECT_EQ(share[0], 0);
  EXPECT_NEAR(share[1], 0.10, 0.005);
  EXPECT_NEAR(share[2], 0.80, 0.005);
  EXPECT_NEAR(share[3], 0.07, 0.005);
  EXPECT_NEAR(share[4], 0.03, 0.005);
}

TEST(Choice, OfOneIsThatOne) { EXPECT_NEAR(shares({5}, 100)[0], 1, 1e-9); }

TEST(Choice, NeverDrawsWhatHasNoWeight) {
  const Choice choice(std::vector<std::uint64_t>{0, 0, 1, 0});
  for (const std::uint64_t word : {std::uint64_t{0}, ~std::uint64_t{0}, std::uint64_t{1} << 63, std::uint64_t{0xffffffff}})
    EXPECT_EQ(choice.pick(word), 2u) << word;
}

TEST(Choice, KeepsRareOnesAmongHeavyOnes) {
  const auto share = shares({1'000'000, 1'000}, 1'000'000);
  EXPECT_NEAR(share[1], 0.001, 0.0002);
}

TEST(Choice, ZipfHalvesForTheSecond) {
  const auto weights = zipf_weights(4);
  EXPECT_EQ(weights, (std::vector<std::uint64_t>{1'000'000, 500'000, 333'333, 250'000}));
}

}  // namespace
}  // namespace logmill::generate
