#include "store/rare_columns.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <random>

#include "store/segment_builder.h"
#include "store/segment_format.h"
#include "store/value_table.h"
#include "support/store_fixture.h"

namespace logmill::store {
namespace {

using record::Value;

// Records with a few of very many keys, and some that all have.
void fill(record::Batch& batch, std::uint64_t seed, std::size_t rows, std::size_t keys) {
  std::mt19937_64 random(seed);
  batch.clear();
  for (std::size_t row = 0; row < rows; ++row) {
    batch.add_row();
    batch.times()[row] = static_cast<std::int64_t>(row);
    batch.set("often", row, Value::integer(static_cast<std::int64_t>(row)));
    for (int i = 0; i < 6; ++i) {
      const std::string name = "key" + std::to_string(random() % keys);
      switch (random() % 4) {
        case 0: batch.set(name, row, Value::integer(static_cast<std::int64_t>(random()))); break;
        case 1: batch.set(name, row, Value::null()); break;
        default: batch.set(name, row, Value::string(batch.own("v" + std::to_string(random() % 50))));
      }
    }
  }
}

struct Stored {
  test::FaultFs fs{1};
  record::Batch batch;
  std::string path = "x.seg";

  explicit Stored(std::uint64_t seed, std::size_t rows = 300, std::size_t keys = 500) {
    fill(batch, seed, rows, keys);
    SegmentBuilder builder(1);
    EXPECT_TRUE(builder.open(fs, path, 0));
    EncodeContext context(1);
    std::string bytes;
    const BlockReader::RangeRows all{{}, static_cast<std::uint32_t>(rows)};
    EXPECT_TRUE(append_block(batch, std::span(&all, 1), context, bytes));
    EXPECT_TRUE(builder.add_block(bytes));
    EXPECT_TRUE(builder.finish({}, {}));
  }
  std::unique_ptr<SegmentReader> reader() { return *open_segment(fs, path, base::null_reporter()); }
};

TEST(RareColumns, ComeBackAsColumnsOfTheirOwn) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Stored stored(seed);
  const auto segment = stored.reader();
  const auto block = *segment->read_block(0);
  EXPECT_TRUE(block->verify());
  EXPECT_EQ(block->column_names().size(), stored.batch.columns().size());
  for (const record::Column& column : stored.batch.columns()) {
    SCOPED_TRACE(column.name);
    const auto data = block->column(column.name);
    ASSERT_TRUE(data);
    ASSERT_NE(*data, nullptr);
    std::uint64_t present = 0;
    KindSet kinds = 0;
    for (std::size_t row = 0; row < stored.batch.rows(); ++row) {
      ASSERT_TRUE(same((*data)->at(row), column.at(row))) << "row " << row;
      present += column.at(row).present();
      if (column.at(row).present()) kinds |= kind_bit(column.at(row).kind());
    }
    const auto summary = block->summary(column.name);
    ASSERT_TRUE(summary);
    EXPECT_EQ(summary->present, present);
    EXPECT_EQ(summary->kinds, kinds);
    EXPECT_EQ(summary->encoding == "rare", column.name != "often");
  }
  EXPECT_EQ(*block->column("nothing"), nullptr);
  EXPECT_FALSE(block->summary("nothing"));
}

TEST(RareColumns, CostAboutWhatTheyHold) {
  Stored stored(7, 500, 5'000);
  // Names of 2,200 keys, 3,000 rows and values: zstd -3 of the same records as NDJSON takes some 20 KB.
  EXPECT_LT(stored.fs.content(stored.path).size(), 30'000u);
}

TEST(RareColumns, AFewFieldsAreNotRare) {
  Stored stored(8, 300, 40);
  const auto block = *stored.reader()->read_block(0);
  for (const ColumnSummary& summary : block->summaries()) EXPECT_NE(summary.encoding, "rare") << summary.name;
}

TEST(RareColumns, DamageIsAnErrorForEveryFieldThatMayBeThere) {
  Stored stored(9);
  const BlockInfo info = stored.reader()->blocks()[0];
  stored.fs.content(stored.path)[info.offset + info.bytes - 1] ^= 1;  // the rare ones come last
  const auto segment = stored.reader();
  const auto block = *segment->read_block(0);
  EXPECT_FALSE(block->verify());
  EXPECT_TRUE(block->column("often"));
  EXPECT_FALSE(block->column("key1"));
  EXPECT_FALSE(block->column("nothing"));
  EXPECT_TRUE(block->summary("nothing")) << "must not be ruled out";
  bool told = false;
  for (const std::string& name : block->column_names()) told = told || !block->column(name);
  EXPECT_TRUE(told);
}

TEST(RareColumns, HostileBytesAreRefused) {
  record::Batch batch;
  fill(batch, 10, 50, 100);
  BlockColumns columns;
  columns.add(batch, 0);
  RareValues values;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const PresentValues& present = columns.gather(i);
    if (!present.values.empty()) values.add(columns.name(i), present.bitmap, present.values);
  }
  EncodeContext context(1);
  std::string bytes;
  append_rare_columns(bytes, values, context);
  const auto read = [](std::string_view from, std::size_t rows) {
    base::Arena arena;
    DecodeContext decoding{arena, 8 << 20};
    RareColumns to;
    return read_rare_columns(from, rows, decoding, to);
  };
  EXPECT_TRUE(read(bytes, 50));
  if (std::getenv("LOGMILL_REWRITE_SAMPLES") != nullptr) {
    std::ofstream seed(std::string(LOGMILL_SOURCE_DIR) + "/tests/fuzz/corpus/segment/rare", std::ios::binary);
    seed << static_cast<char>(kRareEncoding) << static_cast<char>(50) << '\0' << bytes;
  }
  EXPECT_FALSE(read(bytes, 49)) << "a row beyond the block";
  for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_FALSE(read(std::string_view(bytes).substr(0, size), 50));
  std::mt19937_64 random(11);
  for (int round = 0; round < 2'000; ++round) {
    std::string damaged = bytes;
    damaged[random() % damaged.size()] ^= static_cast<char>(1 + random() % 255);
    read(damaged, 50);
  }
}

}  // namespace
}  // namespace logmill::store
