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
    base::WorkerPool alone(0);
    EXPECT_TRUE(builder.finish({}, {}, alone));
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

TEST(RareColumns, OfAFewRecordsAreInTheRecordsOrder) {
  test::StoreFixture at;
  record::Batch batch;
  at.fill(batch, 0, 5);
  auto writer = *at.open();
  ASSERT_TRUE(writer->append(batch));
  ASSERT_TRUE(writer->close());
  const auto block = *(*open_segment(at.fs, at.fs.files().at(0), base::null_reporter()))->read_block(0);
  EXPECT_EQ(block->summary("service")->encoding, "rare");
  EXPECT_EQ(block->column_names(), (std::vector<std::string>{"service", "message", "status"}));
}

TEST(RareColumns, CostAboutWhatTheyHold) {
  Stored stored(7, 500, 5'000);
  // Names of 2,200 keys, 3,000 rows and values: zstd -3 of the same records as NDJSON takes some 20
  // KB.
  EXPECT_LT(stored.fs.content(stored.path).size(), 30'000u);
}

TEST(RareColumns, AFewFieldsAreNotRare) {
  Stored stored(8, 9'000, 40);
  const auto block = *stored.reader()->read_block(0);
  EXPECT_TRUE(block->rare_summaries().empty());
}

TEST(RareColumns, DamageIsAnErrorForEveryFieldThatMayBeThere) {
  Stored stored(9, 2'000);
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

// Twenty fields of each row that a number below `kinds` decides.
void fill_tied(record::Batch& batch, std::uint64_t seed, std::size_t rows, std::size_t kinds) {
  std::mt19937_64 random(seed);
  batch.clear();
  for (std::size_t row = 0; row < rows; ++row) {
    batch.add_row();
    batch.times()[row] = static_cast<std::int64_t>(row);
    std::mt19937_64 decided(random() % kinds);
    for (int i = 0; i < 20; ++i) {
      const std::uint64_t number = decided() % 1'000'000;
      const std::string name = "field" + std::to_string(i);
      if (i % 3 == 0)
        batch.set(name, row, Value::string(batch.own("text " + std::to_string(number))));
      else if (i % 3 == 1)
        batch.set(name, row, Value::decimal(static_cast<std::int64_t>(number), 3));
      else if (number % 5 != 0)
        batch.set(name, row, Value::real(static_cast<double>(number) / 7));
    }
    batch.set("own", row, Value::integer(static_cast<std::int64_t>(random() % 100)));
  }
}

TEST(RareColumns, FieldsThatDecideEachOtherAreStoredByRow) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  record::Batch batch;
  fill_tied(batch, seed, 3'000, 50);
  EncodeContext context(1);
  std::string bytes;
  const BlockReader::RangeRows all{{}, 3'000};
  ASSERT_TRUE(append_block(batch, std::span(&all, 1), context, bytes));
  // The 50 different rows take some 12 KB; by column each of the twenty fields takes 3/4 of a byte
  // a row or more beside that.
  EXPECT_LT(bytes.size(), 32'000u);
  test::FaultFs fs{1};
  SegmentBuilder builder(1);
  ASSERT_TRUE(builder.open(fs, "x.seg", 0));
  ASSERT_TRUE(builder.add_block(bytes));
  base::WorkerPool alone(0);
  ASSERT_TRUE(builder.finish({}, {}, alone));
  const auto segment = *open_segment(fs, "x.seg", base::null_reporter());
  const auto block = *segment->read_block(0);
  ASSERT_TRUE(block->verify());
  EXPECT_EQ(block->summary("field0")->encoding, "rare");
  EXPECT_EQ(block->summary("own")->encoding, "dictionary");
  for (const record::Column& column : batch.columns()) {
    const ColumnData* data = *block->column(column.name);
    ASSERT_NE(data, nullptr) << column.name;
    for (std::size_t row = 0; row < batch.rows(); ++row) ASSERT_TRUE(same(data->at(row), column.at(row))) << column.name;
  }
}

std::string rare_bytes(const record::Batch& batch) {
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
  return bytes;
}

TEST(RareColumns, HostileBytesAreRefused) {
  record::Batch batch;
  fill(batch, 10, 50, 100);
  const std::string by_field = rare_bytes(batch);
  fill_tied(batch, 10, 50, 3);
  const std::string by_row = rare_bytes(batch);
  ASSERT_NE(by_field.front(), by_row.front());
  const auto read = [](std::string_view from, std::size_t rows) {
    base::Arena arena;
    DecodeContext decoding{arena, 8 << 20};
    RareColumns to;
    return read_rare_columns(from, rows, decoding, to);
  };
  if (std::getenv("LOGMILL_REWRITE_SAMPLES") != nullptr) {
    const std::string folder = std::string(LOGMILL_SOURCE_DIR) + "/tests/fuzz/corpus/segment/";
    for (const auto& [name, bytes] : {std::pair("rare", by_field), std::pair("rare_by_row", by_row)})
      std::ofstream(folder + name, std::ios::binary) << static_cast<char>(kRareEncoding) << static_cast<char>(50) << '\0' << bytes;
  }
  for (const std::string& bytes : {by_field, by_row}) {
    EXPECT_TRUE(read(bytes, 50));
    EXPECT_FALSE(read(bytes, 49)) << "a row beyond the block";
    for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_FALSE(read(std::string_view(bytes).substr(0, size), 50));
    std::mt19937_64 random(11);
    for (int round = 0; round < 2'000; ++round) {
      std::string damaged = bytes;
      damaged[random() % damaged.size()] ^= static_cast<char>(1 + random() % 255);
      read(damaged, 50);
    }
  }
}

}  // namespace
}  // namespace logmill::store
