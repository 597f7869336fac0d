#include "loginspect/unpack.h"

#include <gtest/gtest.h>

#include "codec/archive_writer.h"
#include "loginspect/inspect_fixture.h"

namespace logmill::loginspect {
namespace {

using codec::Container;

// Eight pieces of text that do not compress to nothing.
std::vector<std::string> pieces() {
  std::vector<std::string> all(8);
  std::uint64_t state = 1;
  for (std::size_t i = 0; i < all.size(); ++i)
    for (int line = 0; line < 200; ++line) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      all[i] += "piece " + std::to_string(i) + " value " + std::to_string(state >> 33) + "\n";
    }
  return all;
}

class UnpackTest : public ::testing::TestWithParam<Container>, protected InspectFixture {
 protected:
  // A file of pieces; `starts` receives where each begins.
  std::string archive() {
    const auto writer = codec::make_archive_writer(GetParam());
    std::string out;
    starts.clear();
    for (const std::string& piece : pieces()) {
      starts.push_back(out.size());
      writer->append(piece, out);
    }
    writer->finish(out);
    return out;
  }
  std::vector<std::size_t> starts;
};

TEST_P(UnpackTest, GivesBackTheText) {
  put("log", archive());
  std::string all;
  for (const std::string& piece : pieces()) all += piece;
  EXPECT_EQ(read("log"), all);
  EXPECT_TRUE(status);
  EXPECT_TRUE(damages("log").empty());
}

TEST_P(UnpackTest, ADamagedPieceCostsOnlyItself) {
  std::string bytes = archive();
  for (const std::size_t damaged : {2, 5}) {
    const std::size_t middle = (starts[damaged] + starts[damaged + 1]) / 2;
    bytes[middle] = static_cast<char>(bytes[middle] ^ 0x55);
    bytes[middle + 1] = static_cast<char>(bytes[middle + 1] ^ 0x55);
  }
  put("log", bytes);
  const std::string text = read("log");
  EXPECT_EQ(status.error().code, base::ErrorCode::corrupt);
  const auto all = pieces();
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(text.find(all[i]) != std::string::npos, i != 2 && i != 5) << i;
  const auto found = damages("log");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_NE(found[0].find("in what begins at byte " + std::to_string(starts[2]) + "; goes on at byte " + std::to_string(starts[3])),
            std::string::npos)
      << found[0];
  EXPECT_NE(found[1].find("goes on at byte " + std::to_string(starts[6])), std::string::npos) << found[1];
}

TEST_P(UnpackTest, WhatIsCutOffIsReadUpToThere) {
  const std::string bytes = archive();
  for (const std::size_t size : {starts[1] + 1, starts[3] + 10, starts[7] + 100}) {
    put("log", std::string_view(bytes).substr(0, size));
    const std::string text = read("log");
    EXPECT_EQ(status.error().code, base::ErrorCode::corrupt);
    EXPECT_NE(status.error().what.find("end too early, at byte " + std::to_string(size)), std::string::npos) << status.error().what;
    EXPECT_TRUE(text.starts_with(pieces()[0]));
  }
}

TEST_P(UnpackTest, RubbishBehindIsSaid) {
  put("log", archive() + "rubbish that is not compressed at all");
  EXPECT_EQ(damages("log").size(), 1u);
}

TEST_P(UnpackTest, ALineThatDamageCutsEndsThere) {
  std::string bytes = archive();
  bytes[starts[2] + 600] = static_cast<char>(bytes[starts[2] + 600] ^ 0xff);
  put("log", bytes);
  const std::string text = read("log");
  const std::size_t next = text.find("piece 3 value");
  ASSERT_NE(next, std::string::npos);
  EXPECT_EQ(text[next - 1], '\n');
}

INSTANTIATE_TEST_SUITE_P(Archives, UnpackTest, testing::Values(Container::gzip, Container::zstd),
                         [](const auto& test) { return test.param == Container::gzip ? "gzip" : "zstd"; });

class TextItemTest : public ::testing::Test, protected InspectFixture {};

TEST_F(TextItemTest, AFlippedBitInTheSeekTableIsFound) {
  const auto writer = codec::make_archive_writer(Container::zstd);
  std::string bytes;
  for (const std::string& piece : pieces()) writer->append(piece, bytes);
  const std::size_t table = bytes.size();
  writer->finish(bytes);
  for (std::size_t bit = table * 8; bit < bytes.size() * 8; ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    put("log.zst", flipped);
    // Readers of the format ignore the lower half of the first byte, and two bits of the
    // descriptor.
    if ((bit / 8 == table && bit % 8 < 4) || (bit / 8 == bytes.size() - 5 && bit % 8 < 2)) continue;
    EXPECT_FALSE(damages("log.zst").empty()) << "bit " << bit - table * 8 << " of the table";
  }
}

TEST_F(TextItemTest, LinesAsJson) {
  put("app.log", "one\ntwo \"quoted\"\nlast");
  EXPECT_EQ(read("app.log", Form::json), "{\"raw\":\"one\"}\n{\"raw\":\"two \\\"quoted\\\"\"}\n{\"raw\":\"last\"}\n");
}

TEST_F(TextItemTest, UsageByWhatLinesSay) {
  put("app.log", "2026-11-21T10:00:00Z INFO start\n2026-11-22T10:05:00Z WARN slow disk, very slow disk\n");
  Usage usage({std::string(kByLevel), std::string(kByDay), "nosuch"});
  ASSERT_TRUE(open("app.log")->measure(usage));
  const auto levels = usage.rows(0), days = usage.rows(1), none = usage.rows(2);
  ASSERT_EQ(levels.size(), 2u);
  EXPECT_EQ(levels[0].value, "WARN");
  EXPECT_NEAR(levels[0].share.bytes, 52, 0.01);
  ASSERT_EQ(days.size(), 2u);
  EXPECT_EQ(days[0].value, "2026-11-21");
  ASSERT_EQ(none.size(), 1u);
  EXPECT_EQ(none[0].value, Usage::kNone);
}

TEST_F(TextItemTest, PositionsAreShownAndVerified) {
  put("app.log.positions", sample("flat/v1/two-commits.positions"));
  EXPECT_TRUE(damages("app.log.positions").empty());
  EXPECT_NE(structures("app.log.positions").find("entry inode=7 from=0 to=6 hash=0x"), std::string::npos);
  fs.content("app.log.positions")[20] ^= 1;
  EXPECT_EQ(damages("app.log.positions").size(), 1u);
}

}  // namespace
}  // namespace logmill::loginspect
