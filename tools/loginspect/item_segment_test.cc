#include <algorithm>
#include <gtest/gtest.h>

#include "loginspect/inspect_fixture.h"

namespace logmill::loginspect {
namespace {

class SegmentItemTest : public ::testing::Test, protected InspectFixture {
 protected:
  // Puts the sample with a bit flipped in each byte in turn, another one each time; returns those
  // that nobody missed.
  std::vector<std::size_t> unnoticed_bits(const std::string& path, std::string_view name) {
    const std::string bytes = sample(name);
    put(path, bytes);
    EXPECT_TRUE(damages(path).empty()) << damages(path).front();
    std::string& content = fs.content(path);
    std::vector<std::size_t> unnoticed;
    for (std::size_t bit = 0; bit < bytes.size() * 8; bit += 9 - (bit % 8 == 7 ? 8 : 0)) {
      content[bit / 8] = static_cast<char>(content[bit / 8] ^ (1 << bit % 8));
      if (damages(path).empty()) unnoticed.push_back(bit);
      content[bit / 8] = bytes[bit / 8];
    }
    return unnoticed;
  }
};

TEST_F(SegmentItemTest, VerifyFindsAnyFlippedBitOfASealedSegment) {
  EXPECT_EQ(unnoticed_bits("ten.seg", "segment/v1/ten.seg"), std::vector<std::size_t>());
}

TEST_F(SegmentItemTest, VerifyFindsAnyFlippedBitOfALiveSegment) {
  EXPECT_EQ(unnoticed_bits("ten.live", "segment/v1/ten.live"), std::vector<std::size_t>());
}

TEST_F(SegmentItemTest, VerifySaysWhereAndHowMuch) {
  std::string bytes = sample("segment/v1/ten.seg");
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  put("ten.seg", bytes);
  const auto found = damages("ten.seg");
  ASSERT_FALSE(found.empty());
  EXPECT_NE(found.front().find(" at byte "), std::string::npos) << found.front();
}

TEST_F(SegmentItemTest, CutAtEveryLengthItIsDescribedAndFoundDamaged) {
  const std::string bytes = sample("segment/v1/ten.seg");
  for (std::size_t size = 0; size < bytes.size(); size += 7) {
    put("ten.seg", std::string_view(bytes).substr(0, size));
    EXPECT_FALSE(damages("ten.seg").empty()) << size;
    structures("ten.seg");
    EXPECT_TRUE(open("ten.seg")->summarize());
  }
}

TEST_F(SegmentItemTest, EveryStructureIsShownByItsName) {
  put("all.seg", sample("segment/v1/encodings.seg"));
  const std::string text = structures("all.seg");
  EXPECT_TRUE(status) << status.error().what;
  for (const char* part : {"header offset=0 bytes=32 checksum=0x", "\nblock index=0 offset=32 ", "\n  range stream=",
                           "\n  column name=timestamp encoding=timestamps ", "\nfooter offset=", "\n  section tag=1 name=blocks ",
                           "\n  section tag=2 name=counts ", "\n    count name=level value=", "\n  section tag=3 name=frontiers ",
                           "\n  section tag=4 name=filters ", "\n    filter name=hex_ids ", "\ntrailer offset="})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  const auto totals = *open("all.seg")->column_totals();
  ASSERT_FALSE(totals.empty());
  EXPECT_EQ(totals.front().name, "timestamp");
}

TEST_F(SegmentItemTest, ASmallSegmentHasNoFooter) {
  put("ten.seg", sample("segment/v1/ten.seg"));
  const std::string text = structures("ten.seg");
  EXPECT_TRUE(status) << status.error().what;
  for (const char* part : {"\nblock index=0 offset=32 ", "\n  column name= encoding=rare ", "\nsmall_trailer offset=444 bytes=24 blocks=1"})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  EXPECT_EQ(text.find("footer"), std::string::npos);
}

TEST_F(SegmentItemTest, ALiveSegmentHasNoFooter) {
  put("ten.live", sample("segment/v1/ten.live"));
  const std::string text = structures("ten.live");
  EXPECT_NE(text.find("\nblock index="), std::string::npos);
  EXPECT_EQ(text.find("trailer"), std::string::npos);
}

TEST_F(SegmentItemTest, UsageIsTheSameFromCountsAndFromColumns) {
  Usage counted({"service", std::string(kByLevel), std::string(kByDay)}), walked = counted;
  std::string bytes_of_all = sample("segment/v1/encodings.seg");
  put("all.seg", bytes_of_all);
  bytes_of_all.back() = 'X';  // without its footer its columns are read
  put("walked.seg", bytes_of_all);
  ASSERT_TRUE(open("all.seg")->measure(counted));
  ASSERT_TRUE(open("walked.seg")->measure(walked));
  for (std::size_t field = 0; field < 3; ++field) {
    const auto a = counted.rows(field), b = walked.rows(field);
    ASSERT_EQ(a.size(), b.size()) << field;
    double bytes = 0;
    for (const Usage::Row& row : a) {
      bytes += row.share.bytes;
      const auto same = std::ranges::find(b, row.value, &Usage::Row::value);
      ASSERT_NE(same, b.end()) << row.value;
      EXPECT_EQ(same->share.records, row.share.records);
    }
    EXPECT_NEAR(bytes, static_cast<double>(fs.content("all.seg").size()), 0.01);
  }
}

}  // namespace
}  // namespace logmill::loginspect
