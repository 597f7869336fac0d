#include "loggen/format.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "base/hash.h"
#include "generate/generator.h"
#include "loggen/plan.h"
#include "record/json_object.h"

namespace logmill::loggen {
namespace {

struct Lines {
  generate::World world{generate::service_names(12), generate::host_names(72)};
  generate::Sequence sequence = generate::Sequence::left_out;

  std::string write(const FormatSpec& spec, int count, std::uint64_t seed = 7) {
    generate::Generator generator(world, {.seed = seed, .start = kSeededStart});
    const auto format = spec.make({world, sequence});
    std::string text, line(LineFormat::kBytesMax, '\0');
    for (int i = 0; i < count; ++i) {
      const char* const end = format->write(generator.next(), line.data());
      text.append(line.data(), static_cast<std::size_t>(end - line.data()));
    }
    return text;
  }
};

TEST(Formats, EveryLineEndsAndNoneHoldsControlCharacters) {
  Lines lines;
  for (const FormatSpec* spec : formats()) {
    if (!spec->make) continue;
    const std::string text = lines.write(*spec, 5'000);
    EXPECT_EQ(text.back(), '\n') << spec->name;
    for (const char c : text) ASSERT_TRUE(c == '\n' || c == '\t' || (c >= ' ' && c < 0x7f)) << spec->name;
  }
}

TEST(Formats, TheSameSeedGivesTheSameBytesAndAnotherOneDoesNot) {
  Lines a, b;
  for (const FormatSpec* spec : formats()) {
    if (!spec->make) continue;
    EXPECT_EQ(a.write(*spec, 2'000), b.write(*spec, 2'000)) << spec->name;
    EXPECT_NE(a.write(*spec, 10), a.write(*spec, 10, 8)) << spec->name;
  }
}

// The fast way and the only JSON writer agree, byte for byte.
TEST(JsonFormat, PrintsWhatTheRecordWriterPrints) {
  for (const auto sequence : {generate::Sequence::left_out, generate::Sequence::field})
    for (const std::uint64_t seed : {1u, 2u, 3u}) {
      Lines lines;
      lines.sequence = sequence;
      const std::string fast = lines.write(*find_format("json"), 5'000, seed);

      generate::Generator generator(lines.world, {.seed = seed, .start = kSeededStart});
      record::Batch batch;
      generate::EventRows rows(lines.world, sequence);
      rows.begin(batch);
      for (int i = 0; i < 5'000; ++i) rows.add(generator.next());
      const record::JsonObjectWriter writer(batch);
      std::string slow;
      for (std::size_t row = 0; row < batch.rows(); ++row) {
        writer.append(row, slow);
        slow.push_back('\n');
      }
      ASSERT_EQ(fast, slow) << "seed " << seed;
    }
}

TEST(JsonFormat, WritesFractionsOfEveryLength) {
  Lines lines;
  generate::Generator generator(lines.world, {.seed = 1, .start = kSeededStart});
  generate::Event event = generator.next();
  const auto format = find_format("json")->make({lines.world, lines.sequence});
  const auto stamp = [&](std::int64_t us) {
    event.time = kSeededStart + us * base::kNsPerUs;
    std::string line(LineFormat::kBytesMax, '\0');
    format->write(event, line.data());
    return line.substr(14, line.find('"', 14) - 14);
  };
  EXPECT_EQ(stamp(0), "2026-01-01T00:00:00Z");
  EXPECT_EQ(stamp(7'000), "2026-01-01T00:00:00.007Z");
  EXPECT_EQ(stamp(7'001), "2026-01-01T00:00:00.007001Z");
  EXPECT_EQ(stamp(86'400'000'000), "2026-01-02T00:00:00Z");
  EXPECT_EQ(stamp(999'999), "2026-01-01T00:00:00.999999Z");  // also back in time
}

}  // namespace
}  // namespace logmill::loggen
