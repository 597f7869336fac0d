// The samples in tests/data/formats/segment: files of every version are kept for ever and stay
// readable, and what is written today is the same on every machine, byte for byte.
//
// LOGMILL_REWRITE_SAMPLES=1 writes them anew: only while the version they are of is not released.
#include <gtest/gtest.h>
#include <zstd.h>

#include <cstdlib>
#include <fstream>
#include <random>

#include "store/reader.h"
#include "store/value_table.h"
#include "support/store_fixture.h"
#include "sys/file_system.h"

namespace logmill::store {
namespace {

using record::Value;
using test::StoreFixture;

constexpr int kVersions = 2;

std::string path_of(const std::string& name, int version = kVersions) {
  return std::string(LOGMILL_SOURCE_DIR) + "/tests/data/formats/segment/v" + std::to_string(version) + "/" + name;
}

// --- ten.live and ten.seg: two commits of one stream ---

void fill_ten(const StoreFixture& at, record::Batch& batch, std::uint64_t from, std::uint64_t to) {
  at.fill(batch, from, to);
  for (std::uint64_t i = from; i < to; ++i) {
    const std::size_t row = i - from;
    batch.set("trace_id", row, Value::string(i < 5 ? "4bf92f3577b34da6a3ce929d0e0e4736" : "00f067aa0ba902b700f067aa0ba902b7"));
    batch.set("duration_ms", row, Value::decimal(static_cast<std::int64_t>(1250 + i), 2));
    batch.set("tags", row, Value::json("[1,\"a\"]"));
    if (i % 5 != 0) batch.set("mixed", row, i % 2 == 1 ? Value::integer(static_cast<std::int64_t>(i)) : Value::string("x"));
  }
}

struct MadeStore {
  std::string live, sealed;
};

std::string content_of(StoreFixture& at, std::string_view suffix) {
  for (const std::string& path : at.fs.files())
    if (path.ends_with(suffix)) return at.fs.content(path);
  return "none";
}

MadeStore make_ten() {
  StoreFixture at;
  auto writer = *at.open();
  record::Batch batch;
  for (const auto& [from, to] : {std::pair{0, 8}, std::pair{8, 10}}) {
    fill_ten(at, batch, static_cast<std::uint64_t>(from), static_cast<std::uint64_t>(to));
    EXPECT_TRUE(writer->append(batch));
    EXPECT_TRUE(writer->commit());
  }
  MadeStore made{content_of(at, ".live"), {}};
  EXPECT_TRUE(writer->close());
  made.sealed = content_of(at, ".seg");
  return made;
}

// --- encodings.seg: a column for every encoding, and a filter ---

constexpr std::size_t kRows = 1'500;

void fill_encodings(const StoreFixture& at, record::Batch& batch) {
  std::mt19937_64 random(7);  // its numbers are the standard's
  at.fill(batch, 0, kRows);
  const auto hex = [&](std::size_t digits) {
    std::string text;
    for (std::size_t i = 0; i < digits; ++i) text += "0123456789abcdef"[random() % 16];
    return text;
  };
  for (std::size_t row = 0; row < kRows; ++row) {
    // One number a statement: in which order an expression takes two of them is the compiler's choice.
    const std::uint64_t bits = random();
    const auto number = static_cast<std::int64_t>(bits >> (random() % 64));
    const auto text = [&](const std::string& bytes) { return Value::string(batch.own(bytes)); };
    batch.set("constant", row, Value::boolean(true));
    batch.set("dictionary", row, text("host" + std::to_string(random() % 40)));
    batch.set("integers", row, Value::integer(number));
    batch.set("decimals", row, Value::decimal(number, 1 + static_cast<unsigned>(random() % 18)));
    batch.set("reals", row, Value::real(1.5 * static_cast<double>(number)));
    batch.set("hex_ids", row, row % 3 == 1 ? batch.get("hex_ids", row - 1) : text(hex(32)));
    std::string message = "took " + std::to_string(random() % 5000) + " ms of ";
    message += hex(16) + ", retry ";
    batch.set("templates", row, text(message + hex(7)));
    std::string bytes;
    for (std::size_t size = random() % 30; bytes.size() < size;) bytes.push_back(static_cast<char>(random()));
    batch.set("text", row, text(bytes));
    if (row % 2 == 0) batch.set("mixed", row, row % 4 == 0 ? Value::integer(number) : text(hex(5)));
  }
}

std::string make_encodings() {
  StoreFixture at;
  auto writer = *at.open();
  record::Batch batch;
  fill_encodings(at, batch);
  EXPECT_TRUE(writer->append(batch));
  EXPECT_TRUE(writer->close());
  return content_of(at, ".seg");
}

void check_file(const std::string& name, const std::string& made) {
  SCOPED_TRACE(name);
  if (std::getenv("LOGMILL_REWRITE_SAMPLES") != nullptr) {
    std::ofstream file(path_of(name), std::ios::binary);
    file << made;
  }
  std::ifstream file(path_of(name), std::ios::binary);
  const std::string kept((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (ZSTD_versionNumber() != 10'504) GTEST_SKIP() << "another zstd may find other matches";
  EXPECT_TRUE(kept == made) << "what is written is no longer what was: " << kept.size() << " and " << made.size() << " bytes";
}

TEST(Sample, TheSameBytesAreWrittenEverywhere) {
  const MadeStore ten = make_ten();
  check_file("ten.live", ten.live);
  check_file("ten.seg", ten.sealed);
  check_file("encodings.seg", make_encodings());
}

class Samples : public testing::TestWithParam<int> {};  // a version
INSTANTIATE_TEST_SUITE_P(Of, Samples, testing::Range(1, kVersions + 1),
                         [](const auto& of) { return "Version" + std::to_string(of.param); });

TEST_P(Samples, AreRead) {
  for (const std::string name : {"ten.live", "ten.seg"}) {
    SCOPED_TRACE(name);
    const auto segment = open_segment(sys::os_file_system(), path_of(name, GetParam()), base::null_reporter());
    ASSERT_TRUE(segment) << segment.error().what;
    EXPECT_EQ((*segment)->info().rows, 10u);
    EXPECT_EQ((*segment)->info().damaged_blocks, 0u);
    EXPECT_EQ((*segment)->info().time_min, 1'795'256'100'000'000'000);
    const auto block = *(*segment)->read_block(0);
    ASSERT_TRUE(block->verify());
    EXPECT_EQ((*block->column("message"))->at(7).text(), "record 7 done");
    EXPECT_EQ((*block->column("trace_id"))->at(1).text(), "4bf92f3577b34da6a3ce929d0e0e4736");
    EXPECT_EQ((*block->column("duration_ms"))->at(0), Value::decimal(1250, 2));
    EXPECT_EQ((*block->column("tags"))->at(0), Value::json("[1,\"a\"]"));
    EXPECT_EQ((*block->column("mixed"))->at(1), Value::integer(1));
    EXPECT_FALSE((*block->column("mixed"))->at(5).present());
    EXPECT_EQ((*(*segment)->frontiers()).at(0).position, 10u);
  }
}

TEST_P(Samples, EveryEncodingIsRead) {
  const auto segment = open_segment(sys::os_file_system(), path_of("encodings.seg", GetParam()), base::null_reporter());
  ASSERT_TRUE(segment) << segment.error().what;
  const auto block = *(*segment)->read_block(0);
  ASSERT_TRUE(block->verify());
  StoreFixture at;
  record::Batch batch;
  fill_encodings(at, batch);
  for (const record::Column& column : batch.columns()) {
    const auto summary = block->summary(column.name);
    ASSERT_TRUE(summary) << column.name;
    const auto* data = *block->column(column.name);
    for (std::size_t row = 0; row < kRows; ++row) EXPECT_TRUE(same(data->at(row), column.at(row))) << column.name << row;
  }
  for (const char* name : {"constant", "dictionary", "integers", "decimals", "reals", "hex_ids", "templates", "text", "mixed"})
    EXPECT_EQ(block->summary(name)->encoding, name);
  EXPECT_TRUE((**(*segment)->may_contain("hex_ids", batch.get("hex_ids", 700).text()))[0]);
  EXPECT_FALSE((**(*segment)->may_contain("hex_ids", "00000000000000000000000000000000"))[0]);
}

}  // namespace
}  // namespace logmill::store
