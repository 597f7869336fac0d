// Every byte of a segment, flipped in turn, is found; and no reader gets wrong values from it.
#include "store/verify.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "support/store_fixture.h"

namespace logmill::store {
namespace {

using test::StoreFixture;

// All values of all blocks as text, without those that readers refuse.
std::vector<std::string> readable(sys::FileSystem& fs, const std::string& path) {
  std::vector<std::string> all;
  const auto segment = open_segment(fs, path, base::null_reporter());
  if (!segment) return all;
  for (std::size_t i = 0; i < (*segment)->blocks().size(); ++i) {
    const auto block = (*segment)->read_block(i);
    if (!block) continue;
    const std::uint64_t first = (*block)->ranges().at(0).range.from;
    for (const std::string& name : (*block)->column_names()) {
      const auto column = (*block)->column(name);
      if (!column || *column == nullptr) continue;
      for (std::size_t row = 0; row < (*block)->info().rows; ++row) {
        const record::Value value = (*column)->at(row);
        all.push_back(std::to_string(first + row) + name + (value.is_text() ? std::string(value.text()) : std::to_string(value.integer())));
      }
    }
  }
  std::ranges::sort(all);
  return all;
}

std::vector<std::string> damages(sys::FileSystem& fs, const std::string& path) {
  std::vector<std::string> found;
  const auto status = verify_segment(fs, path, base::null_reporter(), [&](std::string what) { found.push_back(std::move(what)); });
  if (!status) found.push_back(status.error().what);
  return found;
}

// From `first` on.
void flip_every_byte(StoreFixture& at, std::string_view suffix, std::size_t first = 0) {
  std::string path;
  for (const std::string& file : at.fs.files())
    if (file.ends_with(suffix)) path = file;
  const std::string sound = at.fs.content(path);
  ASSERT_TRUE(damages(at.fs, path).empty());
  const auto values = readable(at.fs, path);
  ASSERT_FALSE(values.empty());
  for (std::size_t i = first; i < sound.size(); ++i) {
    at.fs.content(path)[i] ^= static_cast<char>(1 << (i % 8));
    ASSERT_FALSE(damages(at.fs, path).empty()) << "byte " << i << " of " << sound.size();
    if (i % 3 == 0) {
      const auto left = readable(at.fs, path);
      ASSERT_TRUE(std::ranges::includes(values, left)) << "byte " << i << " of " << sound.size();
    }
    at.fs.content(path)[i] = sound[i];
  }
}

TEST(Verify, FindsEveryFlippedByteOfALiveSegment) {
  StoreFixture at;
  at.options.seal_on_close = false;
  auto writer = *at.open();
  for (std::uint64_t i = 0; i < 40; i += 20) {
    ASSERT_TRUE(at.append(*writer, i, i + 20));
    ASSERT_TRUE(writer->commit());
  }
  flip_every_byte(at, ".live");
}

TEST(Verify, FindsEveryFlippedByteOfASealedSegment) {
  StoreFixture at;
  auto writer = *at.open();
  ASSERT_TRUE(at.append(*writer, 0, 30));
  ASSERT_TRUE(writer->close());
  flip_every_byte(at, ".seg");
}

TEST(Verify, FindsEveryFlippedByteOfFilters) {
  StoreFixture at;
  auto writer = *at.open();
  // As few ids as have a footer, and thereby a filter.
  record::Batch batch;
  std::mt19937_64 random(1);
  for (std::size_t row = 0; row < 2'000; ++row) {
    batch.add_row();
    batch.times()[row] = at.clock.time;
    batch.set("id", row, record::Value::string(batch.own(std::to_string(random()))));
  }
  batch.range() = {StoreFixture::kStream, 1, 0, 2'000};
  ASSERT_TRUE(writer->append(batch));
  ASSERT_TRUE(writer->close());
  std::size_t end_of_blocks = 0;
  for (const std::string& path : at.fs.files()) {
    if (!path.ends_with(".seg")) continue;
    const auto segment = *open_segment(at.fs, path, base::null_reporter());
    ASSERT_TRUE(*segment->may_contain("id", "10000000"));
    end_of_blocks = segment->blocks().back().offset + segment->blocks().back().bytes;
  }
  flip_every_byte(at, ".seg", end_of_blocks);
}

TEST(Verify, FindsATornCommit) {
  StoreFixture at;
  at.options.seal_on_close = false;
  auto writer = *at.open();
  ASSERT_TRUE(at.append(*writer, 0, 20));
  ASSERT_TRUE(writer->commit());
  for (const std::string& path : at.fs.files()) {
    if (!path.ends_with(".live")) continue;
    at.fs.content(path) += "LMBLOCK\nhalf";
    EXPECT_EQ(damages(at.fs, path), std::vector<std::string>{"12 bytes behind the last block: a torn commit"});
  }
}

}  // namespace
}  // namespace logmill::store
