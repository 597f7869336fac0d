#include "query/filter/masked_rows.h"

#include <gtest/gtest.h>

#include <random>

namespace logmill::query {
namespace {

TEST(MaskedRows, AreThoseWithTheFlag) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 2'000; ++round) {
    Mask mask(random() % 300);
    const unsigned one_in = 1U << (random() % 8);
    for (std::uint8_t& flag : mask) flag = random() % one_in == 0 ? static_cast<std::uint8_t>(1 + random() % 2) : 0;
    const auto last = static_cast<std::uint32_t>(random() % (mask.size() + 1));
    const auto first = static_cast<std::uint32_t>(random() % (last + 1));
    const auto flag = static_cast<std::uint8_t>(random() % 3);
    std::vector<std::uint32_t> expected;
    for (std::uint32_t row = first; row < last; ++row)
      if (mask[row] == flag) expected.push_back(row);
    ASSERT_EQ(rows_with(mask, flag, first, last), expected) << "of " << mask.size() << " from " << first << " to " << last;
  }
}

}  // namespace
}  // namespace logmill::query
