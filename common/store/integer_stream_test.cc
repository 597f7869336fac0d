#include "store/integer_stream.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace logmill::store {
namespace integer_stream_test {

std::string stored(const std::vector<std::int64_t>& values) {
  ByteStreamWriter bytes(1);
  std::string out;
  IntegerStreamWriter(bytes).append(out, values);
  return out;
}

bool may_hold(const std::string& bytes, std::size_t count, std::int64_t value) {
  base::ByteReader from(bytes);
  base::Arena arena;
  bool failed = false;
  const bool answer = may_hold_integer(from, count, value, arena, failed);
  EXPECT_FALSE(failed);
  EXPECT_EQ(from.remaining(), 0u);
  return answer;
}

TEST(IntegerStream, TellsWhatItHoldsWithoutReadingAll) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 400; ++round) {
    const unsigned shift = static_cast<unsigned>(random() % 64);
    const auto start = static_cast<std::int64_t>(random() >> (random() % 64));
    const bool rising = round % 4 == 0;
    std::vector<std::int64_t> values(1 + random() % 600);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::uint64_t step = random() >> shift;
      const auto before = static_cast<std::uint64_t>(rising && i > 0 ? values[i - 1] : start);
      values[i] = static_cast<std::int64_t>(before + (rising ? step % 100 : step));
    }
    const std::string bytes = stored(values);
    base::Arena arena;
    base::ByteReader from(bytes);
    bool failed = false;
    std::vector<std::int64_t> read(values.size());
    read_integers(from, read, arena, failed);
    ASSERT_FALSE(failed);
    ASSERT_EQ(read, values);
    for (int asked = 0; asked < 20; ++asked) {
      const auto value =
          static_cast<std::int64_t>(static_cast<std::uint64_t>(values[random() % values.size()]) + (asked % 2 ? random() % 3 - 1 : 0) +
                                    (asked % 5 == 4 ? std::uint64_t{1} << (random() % 64) : 0));
      const bool held = std::find(values.begin(), values.end(), value) != values.end();
      const bool steps = bytes.front() == 1;
      ASSERT_EQ(may_hold(bytes, values.size(), value), held || steps) << value << " of " << values.size();
    }
  }
}

// How they are written depends on where they begin, how far apart they are and whether they rise.
TEST(IntegerStream, SmallOnesAreReadAsTheyAreOrRefused) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 600; ++round) {
    const std::size_t limit = 1 + random() % (round % 3 == 0 ? 300 : 65'536);
    const auto least = static_cast<std::int64_t>(round % 2 == 0 ? 0 : random() % limit);
    std::vector<std::int64_t> values(1 + random() % 200);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::int64_t before = i == 0 ? least : values[i - 1];
      const std::int64_t any = least + static_cast<std::int64_t>(random() % (limit - static_cast<std::size_t>(least)));
      values[i] = round % 5 == 0 ? std::min(before + static_cast<std::int64_t>(random() % 2), static_cast<std::int64_t>(limit) - 1) : any;
    }
    if (round % 4 == 3) values[random() % values.size()] = static_cast<std::int64_t>(limit + (random() >> (random() % 32)));
    if (round % 16 == 5) values[random() % values.size()] = -1 - static_cast<std::int64_t>(random() % 70'000);
    const bool fit =
        std::ranges::all_of(values, [&](std::int64_t value) { return value >= 0 && value < static_cast<std::int64_t>(limit); });
    const std::string bytes = stored(values);
    for (std::size_t size = bytes.size() < 40 ? 0 : bytes.size(); size <= bytes.size(); ++size) {
      base::ByteReader from(std::string_view(bytes).substr(0, size));
      base::Arena arena;
      bool failed = false;
      std::vector<std::uint16_t> read(values.size());
      read_small_integers(from, read, limit, arena, failed);
      ASSERT_EQ(failed, !fit || size < bytes.size()) << round << ", " << size << " of " << bytes.size();
      if (failed) continue;
      ASSERT_EQ(from.remaining(), 0u);
      ASSERT_TRUE(std::ranges::equal(read, values)) << round;
    }
  }
}

TEST(IntegerStream, ACutOneIsNotHeld) {
  std::vector<std::int64_t> values(300);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::int64_t>(i * i * 7919 % 100'003);
  const std::string bytes = stored(values);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    base::ByteReader from(std::string_view(bytes).substr(0, size));
    base::Arena arena;
    bool failed = false;
    may_hold_integer(from, values.size(), 7919, arena, failed);
    ASSERT_TRUE(failed) << size;
  }
}

}  // namespace integer_stream_test
}  // namespace logmill::store
