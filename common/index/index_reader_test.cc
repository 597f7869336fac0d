#include "index/index_reader.h"

#include <gtest/gtest.h>

#include <random>

#include "base/bytes.h"
#include "base/hash.h"
#include "index/block_keys.h"
#include "index/index_file.h"
#include "index/index_format.h"
#include "index/index_writer.h"
#include "support/temp_dir.h"

namespace logmill::index {
namespace {

using base::ErrorCode;
using BlockKeys = std::vector<std::vector<std::uint64_t>>;

std::string make_index(const BlockKeys& keys) {
  IndexWriter writer({.id = "s", .bytes = 4, .tail = base::xxh3_64("data")});
  for (const auto& block : keys) writer.add_block(block, 1 << 20);
  return writer.finish();
}

BlockMask look_up(const IndexReader& reader, std::uint64_t key) {
  BlockMask candidates(reader.blocks(), 1);
  EXPECT_TRUE(reader.narrow(key, candidates));
  return candidates;
}

TEST(IndexReader, FindsWhatWasWrittenAcrossGroups) {
  std::mt19937_64 random(11);
  BlockKeys keys(2 * kGroupBlocksMax + 3);
  for (auto& block : keys)
    for (int i = 0; i < 50; ++i) block.push_back(random());
  const std::string bytes = make_index(keys);
  const auto reader = IndexReader::open(bytes);
  ASSERT_TRUE(reader) << reader.error().what;
  EXPECT_EQ(reader->blocks(), keys.size());
  EXPECT_EQ(reader->groups().size(), 3u);
  EXPECT_EQ(reader->segment().id, "s");
  EXPECT_TRUE(reader->verify());
  for (std::size_t block = 0; block < keys.size(); ++block)
    for (const std::uint64_t key : keys[block]) ASSERT_TRUE(look_up(*reader, key)[block]);
  std::size_t perhaps = 0;
  for (int i = 0; i < 100; ++i)
    for (const std::uint8_t flag : look_up(*reader, random())) perhaps += flag;
  EXPECT_LT(perhaps, keys.size() * 100 / 50);
}

// docs/formats/index.md, "Worked example". Never changes: later versions must read it.
TEST(IndexReader, ReadsVersion1) {
  const std::string path = LOGMILL_SOURCE_DIR "/tests/data/formats/index/v1/hello.idx";
  const auto index = IndexFile::open(sys::os_file_system(), path);
  ASSERT_TRUE(index) << index.error().what;
  EXPECT_EQ((*index)->reader().segment(), (SegmentStamp{.id = "s", .bytes = 4, .tail = base::xxh3_64("data")}));
  EXPECT_EQ(look_up((*index)->reader(), token_key("hello")), BlockMask{1});
  EXPECT_EQ(look_up((*index)->reader(), token_key("goodbye")), BlockMask{0});
  EXPECT_EQ(make_index({{token_key("hello")}}), *sys::os_file_system().read_file(path, 1 << 20));
}

TEST(IndexReader, HoldsSegmentsWithoutBlocks) {
  const std::string bytes = make_index({});
  const auto reader = IndexReader::open(bytes);
  ASSERT_TRUE(reader) << reader.error().what;
  EXPECT_EQ(reader->blocks(), 0u);
}

TEST(IndexReader, StartsANewGroupBeforeKeysFillTheMemory) {
  const BlockKeys keys(3, std::vector<std::uint64_t>(kGroupKeysMax / 2, 7));
  const std::string bytes = make_index(keys);
  EXPECT_EQ(IndexReader::open(bytes)->groups().size(), 2u);
}

// Open, or the checksums, must notice.
bool is_sound(const std::string& bytes) {
  const auto reader = IndexReader::open(bytes);
  return reader && reader->verify();
}

TEST(IndexReader, NoticesEveryCut) {
  const std::string whole = make_index({{1, 2, 3}, {}, {4}});
  ASSERT_TRUE(is_sound(whole));
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(is_sound(whole.substr(0, size))) << size;
  EXPECT_FALSE(is_sound(whole + '\0'));
}

TEST(IndexReader, NoticesEveryFlippedBit) {
  const std::string whole = make_index({{1, 2, 3}, {}, {4}});
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    std::string broken = whole;
    broken[bit / 8] = static_cast<char>(broken[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(is_sound(broken)) << bit;
  }
}

TEST(IndexReader, AnswersPerhapsWhereAChunkIsDamaged) {
  std::string bytes = make_index({{1}, {2}});
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  const auto reader = IndexReader::open(bytes);
  ASSERT_TRUE(reader);
  BlockMask candidates = {1, 0};
  const auto status = reader->narrow(99, candidates);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::corrupt);
  EXPECT_EQ(candidates, (BlockMask{1, 0}));
}

TEST(IndexReader, RefusesNewerVersions) {
  std::string bytes = make_index({{1}});
  bytes[16] = 2;
  const std::string_view checked = std::string_view(bytes).substr(
      kUncheckedBytes, kIndexHeaderBytes - kUncheckedBytes + base::load_le<std::uint32_t>(bytes.data() + 20));
  base::store_le(bytes.data() + 8, base::xxh3_64(checked));
  const auto reader = IndexReader::open(bytes);
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code, ErrorCode::unsupported);
}

class IndexFileTest : public testing::Test {
 protected:
  std::string path(std::string_view name) const { return dir_.path(name); }
  void write(std::string_view name, std::string_view bytes) const { dir_.write(name, bytes); }
  // Of s.seg as it is now, with one block.
  void build() const {
    IndexWriter writer(*stamp_segment(sys::os_file_system(), path("s.seg")));
    writer.add_block({1, 2, 3}, 1000);
    write("s.idx", writer.finish());
  }
  auto open() const { return IndexFile::open_beside(sys::os_file_system(), path("s.seg")); }

  test::TempDir dir_;
};

TEST_F(IndexFileTest, IsFoundBesideItsSegment) {
  write("s.seg", "data");
  build();
  const auto index = open();
  ASSERT_TRUE(index) << index.error().what;
  EXPECT_EQ((*index)->reader().blocks(), 1u);
}

TEST_F(IndexFileTest, SaysThatThereIsNone) {
  write("s.seg", "data");
  const auto index = open();
  ASSERT_FALSE(index);
  EXPECT_EQ(index.error().code, ErrorCode::not_found);
}

TEST_F(IndexFileTest, IsStaleWhenTheSegmentHasChanged) {
  write("s.seg", "data");
  build();
  for (const std::string_view changed : {"date", "data2", ""}) {
    write("s.seg", changed);
    const auto index = open();
    ASSERT_FALSE(index) << changed;
    EXPECT_EQ(index.error().code, ErrorCode::invalid);
  }
}

TEST_F(IndexFileTest, NamesTheDamagedFile) {
  write("s.seg", "data");
  write("s.idx", "rubbish");
  const auto index = open();
  ASSERT_FALSE(index);
  EXPECT_EQ(index.error().code, ErrorCode::corrupt);
  EXPECT_EQ(index.error().what, path("s.idx") + ": not a token index");
}

TEST(IndexPath, ReplacesTheExtension) {
  EXPECT_EQ(index_path("a.b/c.seg"), "a.b/c.idx");
  EXPECT_EQ(index_path("a.b/c"), "a.b/c.idx");
}

}  // namespace
}  // namespace logmill::index
