// Segments of a few records, whose fixed parts are left out when they are sealed.
#include "store/packed_segment.h"

#include <gtest/gtest.h>

#include "store/verify.h"
#include "support/store_fixture.h"

namespace logmill::store {
namespace {

using test::StoreFixture;

struct FewRecords {
  StoreFixture at;
  std::string path;

  explicit FewRecords(std::uint64_t records = 10, std::size_t random_bytes = 0) {
    at.random_bytes = random_bytes;
    auto writer = *at.open();
    EXPECT_TRUE(at.append(*writer, 0, records));
    EXPECT_TRUE(writer->close());
    path = at.fs.files().at(0);
  }
  std::string& bytes() { return at.fs.content(path); }
};

std::string read_all(const sys::File& file) {
  std::string bytes(file.info()->size, '\0');
  EXPECT_EQ(*file.read_at(0, bytes.data(), bytes.size()), bytes.size());
  return bytes;
}

TEST(PackedSegment, StandsForTheWholeOne) {
  FewRecords sealed;
  ASSERT_TRUE(is_packed(sealed.bytes()));
  const auto opened = *open_segment_bytes(sealed.at.fs, sealed.path);
  EXPECT_TRUE(opened.packed);
  EXPECT_EQ(opened.bytes_on_disk, sealed.bytes().size());
  const std::string whole = read_all(*opened.file);
  EXPECT_GT(whole.size(), sealed.bytes().size() + 100);
  EXPECT_EQ(pack_segment(whole), sealed.bytes());
  // As it is: one that is written so is read, too.
  sealed.bytes() = whole;
  EXPECT_FALSE(open_segment_bytes(sealed.at.fs, sealed.path)->packed);
  EXPECT_EQ((*open_segment(sealed.at.fs, sealed.path, base::null_reporter()))->info().rows, 10u);
}

TEST(PackedSegment, SaysWhatTheWholeOneSays) {
  FewRecords sealed;
  const auto segment = *open_segment(sealed.at.fs, sealed.path, base::null_reporter());
  EXPECT_EQ(segment->info().bytes, sealed.bytes().size()) << "what it takes of the disk";
  EXPECT_EQ(segment->info().rows, 10u);
  EXPECT_EQ(segment->info().damaged_blocks, 0u);
  const auto block = *segment->read_block(0);
  EXPECT_TRUE(block->verify());
  EXPECT_EQ(segment->info().time_min, (**block->times()).front());
  EXPECT_EQ(segment->info().time_max, (**block->times()).back());
}

TEST(PackedSegment, IsOnlyOfFewRecords) {
  FewRecords sealed(1'000, 100);
  EXPECT_FALSE(is_packed(sealed.bytes()));
  EXPECT_FALSE(open_segment_bytes(sealed.at.fs, sealed.path)->packed);
}

TEST(PackedSegment, AnyFlippedBitIsFound) {
  FewRecords sealed;
  const std::string bytes = sealed.bytes();
  for (std::size_t i = 0; i < 8 * bytes.size(); ++i) {
    std::string flipped = bytes;
    flipped[i / 8] = static_cast<char>(flipped[i / 8] ^ (1 << i % 8));
    sealed.bytes() = flipped;
    std::size_t told = 0;
    const auto status = verify_segment(sealed.at.fs, sealed.path, base::null_reporter(), [&](const std::string&) { ++told; });
    EXPECT_TRUE(!status || told > 0) << "bit " << i;
    const auto segment = open_segment(sealed.at.fs, sealed.path, base::null_reporter());
    ASSERT_FALSE(segment) << "bit " << i;
  }
}

TEST(PackedSegment, CutShortIsDamage) {
  FewRecords sealed;
  const std::string bytes = sealed.bytes();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    sealed.bytes() = bytes.substr(0, size);
    const auto segment = open_segment(sealed.at.fs, sealed.path, base::null_reporter());
    ASSERT_FALSE(segment) << size;
    EXPECT_EQ(segment.error().code, base::ErrorCode::corrupt) << size;
  }
}

TEST(PackedSegment, OfANewerVersionIsRefusedAsSuch) {
  FewRecords sealed;
  std::string& bytes = sealed.bytes();
  ++bytes[2];
  EXPECT_EQ(open_segment(sealed.at.fs, sealed.path, base::null_reporter()).error().code, base::ErrorCode::corrupt) << "all else is ours";
  ++bytes[4];  // of its checksum: a newer version need not have one there
  EXPECT_EQ(open_segment(sealed.at.fs, sealed.path, base::null_reporter()).error().code, base::ErrorCode::unsupported);
}

}  // namespace
}  // namespace logmill::store
