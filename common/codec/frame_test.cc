#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/bytes.h"
#include "base/hash.h"
#include "codec/codec_test_support.h"
#include "codec/frame_format.h"
#include "codec/frame_payload.h"
#include "codec/frame_writer.h"

namespace logmill::codec {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

struct Frames : testing::Test {
  record::Batch batch;
  KeptMessages messages;
  std::unique_ptr<Reader> reader = make_reader({.format = Format::frames}, messages);

  static std::string bytes_of(const record::Batch& from, Compress compress = Compress::no) {
    std::string bytes;
    EXPECT_TRUE(make_writer(Format::frames, compress)->append(from, bytes));
    return bytes;
  }
  static std::string payload_of(const record::Batch& from) {
    base::OutBuffer payload;
    append_frame_payload(from, 0, from.rows(), payload);
    return std::string(payload.view());
  }
  static std::string end_frame() {
    std::string bytes;
    make_writer(Format::frames, Compress::no)->append_end(bytes);
    return bytes;
  }
  std::vector<std::string> read(std::string_view bytes, std::size_t piece = 1 << 20) { return read_all(*reader, bytes, piece); }
};

TEST_F(Frames, KeepEveryKindOfValue) {
  fill_with_every_kind(batch);
  const std::string payload = payload_of(batch);
  record::Batch again;
  const auto status = decode_frame_payload(payload, batch.rows(), again);
  ASSERT_TRUE(status) << status.error().what;
  EXPECT_EQ(again.times(), batch.times());
  EXPECT_EQ(again.levels(), batch.levels());
  ASSERT_EQ(again.columns().size(), batch.columns().size());
  for (const record::Column& column : batch.columns())
    for (std::size_t row = 0; row < batch.rows(); ++row)
      EXPECT_EQ(again.get(column.name, row), column.at(row)) << column.name << " " << row;
}

TEST_F(Frames, ComeInAnyPieces) {
  fill_with_every_kind(batch);
  const std::string bytes = bytes_of(batch) + bytes_of(batch, Compress::yes) + end_frame();
  const auto once = rows_of(batch);
  auto rows = once;
  rows.insert(rows.end(), once.begin(), once.end());
  for (const std::size_t piece : {1, 7, 79, 80, 81, 1000, 1 << 20}) {
    reader = make_reader({.format = Format::frames}, messages);
    EXPECT_EQ(read(bytes, piece), rows) << piece;
    EXPECT_TRUE(reader->ended_orderly());
  }
  EXPECT_TRUE(messages.texts.empty()) << messages.texts.front();
}

TEST_F(Frames, CarryTheirRange) {
  fill_with_every_kind(batch);
  batch.range() = {.stream = {1, 2, 3}, .epoch = 4, .from = 100, .to = 200};
  batch.positions() = {0, 10, 20, 30};
  const std::string bytes = bytes_of(batch);
  record::Batch again;
  reader->begin(again);
  std::memcpy(reader->room(again).data(), bytes.data(), bytes.size());
  reader->added(again, bytes.size());
  ASSERT_EQ(reader->decode(again, InputEnd::no), Decoded::batch_ready);
  EXPECT_EQ(again.range(), batch.range());
  EXPECT_EQ(again.positions(), batch.positions());
}

TEST_F(Frames, OfNoRecordsStillDecideARange) {
  batch.range() = {.stream = {1}, .epoch = 0, .from = 5, .to = 9};
  const std::string bytes = bytes_of(batch);
  record::Batch again;
  reader->begin(again);
  std::memcpy(reader->room(again).data(), bytes.data(), bytes.size());
  reader->added(again, bytes.size());
  ASSERT_EQ(reader->decode(again, InputEnd::no), Decoded::batch_ready);
  EXPECT_TRUE(again.empty());
  EXPECT_EQ(again.range(), batch.range());
}

TEST_F(Frames, AreCutWhereABatchIsTooLarge) {
  const std::size_t rows = record::kFrameRecordsMax + 10;
  for (std::size_t row = 0; row < rows; ++row) {
    batch.add_row();
    batch.set("n", row, record::Value::integer(static_cast<std::int64_t>(row)));
    batch.positions().push_back(static_cast<std::uint32_t>(2 * row));
  }
  batch.range() = {.stream = {1}, .epoch = 0, .from = 1000, .to = 1000 + 2 * rows};
  const std::string bytes = bytes_of(batch);
  record::FrameHeader first, second;
  ASSERT_TRUE(parse_frame_header(bytes, first));
  ASSERT_TRUE(parse_frame_header(std::string_view(bytes).substr(first.frame_bytes()), second));
  EXPECT_EQ(first.records + second.records, rows);
  EXPECT_EQ(first.range.from, 1000u);
  EXPECT_EQ(first.range.to, 1000 + 2 * first.records);
  EXPECT_EQ(second.range.from, first.range.to);
  EXPECT_EQ(second.range.to, batch.range().to);
  EXPECT_EQ(read(bytes), rows_of(batch));
}

TEST_F(Frames, OfOneHugeRecordAreRefused) {
  const std::string huge(record::kFramePayloadMax, 'x');
  batch.add_row();
  batch.set("message", 0, record::Value::string(huge));
  std::string bytes;
  const auto status = make_writer(Format::frames, Compress::no)->append(batch, bytes);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, base::ErrorCode::too_large);
}

TEST_F(Frames, CutAtEveryByteLoseTheLastOnly) {
  fill_with_every_kind(batch);
  const std::string whole = bytes_of(batch), bytes = whole + whole;
  const auto rows = rows_of(batch);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    reader = make_reader({.format = Format::frames}, messages);
    messages.texts.clear();
    EXPECT_EQ(read(std::string_view(bytes).substr(0, whole.size() + size)), rows) << size;
    EXPECT_FALSE(reader->ended_orderly());
    EXPECT_EQ(messages.texts.size(), size == 0 ? 0u : 1u) << size;
  }
}

TEST_F(Frames, WithAnyBitFlippedAreSkippedAndTheNextIsFound) {
  fill_with_every_kind(batch);
  const std::string whole = bytes_of(batch);
  const auto rows = rows_of(batch);
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    std::string bytes = whole + whole + end_frame();
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
    reader = make_reader({.format = Format::frames}, messages);
    messages.texts.clear();
    ASSERT_EQ(read(bytes, 300), rows) << "bit " << bit;
    EXPECT_TRUE(reader->ended_orderly());
    EXPECT_FALSE(messages.texts.empty()) << bit;
  }
}

// From memory, in one piece: the same as from a pipe, whatever is damaged.
TEST_F(Frames, InMemoryAreReadAsFromAPipe) {
  fill_with_every_kind(batch);
  const std::string whole = bytes_of(batch) + bytes_of(batch, Compress::yes) + end_frame();
  const auto from_memory = make_message_reader(base::null_reporter());
  const auto rows_from_memory = [&](std::string_view bytes) {
    std::vector<std::string> rows;
    from_memory->give(bytes);
    for (record::Batch got; from_memory->decode(got, InputEnd::yes) == Decoded::batch_ready; got.clear())
      for (const std::string& row : rows_of(got)) rows.push_back(row);
    return rows;
  };
  EXPECT_EQ(rows_from_memory(whole).size(), 2 * batch.rows());
  EXPECT_TRUE(from_memory->ended_orderly());
  for (std::size_t byte = 0; byte < whole.size(); ++byte) {
    std::string damaged = whole;
    damaged[byte] = static_cast<char>(damaged[byte] ^ 0x11);
    EXPECT_EQ(rows_from_memory(damaged), read(damaged)) << byte;
    EXPECT_EQ(rows_from_memory(whole.substr(0, byte)), read(whole.substr(0, byte))) << "cut at " << byte;
  }
}

TEST_F(Frames, WithoutAChecksumAreBelieved) {
  fill_with_every_kind(batch);
  const std::vector<std::string> rows = rows_of(batch);
  base::OutBuffer made;
  ASSERT_TRUE(FrameWriter(Compress::no, Checksums::no).append(batch, made));
  std::string bytes(made.view());
  EXPECT_EQ(read(bytes), rows);
  bytes[record::kFrameHeaderBytes] ^= 1;  // of the first time
  EXPECT_EQ(read(bytes).size(), rows.size());
  // A flag that nobody knows.
  record::FrameHeader header;
  ASSERT_TRUE(record::parse_frame_header(bytes, header));
  header.flags_incompatible |= 2;
  record::store_frame_header(bytes.data(), header, std::string_view(bytes).substr(record::kFrameHeaderBytes));
  EXPECT_TRUE(read(bytes).empty());
}

TEST_F(Frames, AreFoundBehindGarbage) {
  fill_with_every_kind(batch);
  const std::string garbage = std::string("no frame \x89lmf\r\n\x1a\n neither") + std::string(1000, '\x89');
  EXPECT_EQ(read(garbage + bytes_of(batch) + "tail"), rows_of(batch));
  ASSERT_EQ(messages.texts.size(), 2u);
  EXPECT_EQ(messages.texts[0], "bad_frame: " + std::to_string(garbage.size()) + " bytes are no frame: skipped");
  EXPECT_EQ(messages.texts[1], "bad_frame: 4 bytes are no frame: skipped");
}

TEST_F(Frames, OfAnotherVersionAreSkipped) {
  fill_with_every_kind(batch);
  std::string newer = bytes_of(batch);
  newer[8] = 2;
  base::store_le(newer.data() + 72, base::xxh3_64(std::string_view(newer).substr(0, 72)));
  EXPECT_EQ(read(newer + bytes_of(batch)), rows_of(batch));
  ASSERT_EQ(messages.texts.size(), 1u);
  EXPECT_EQ(messages.texts[0], "bad_frame: frame version 2, this program knows 1: skipped");
}

// docs/formats/frame.md shows these bytes.
TEST_F(Frames, LookAsDocumented) {
  const std::string end = end_frame();
  EXPECT_EQ(end, "\x89lmf\r\n\x1a\n\x01\x02"s + std::string(54, '\0') + "\xc2\x94\xd3\x38\x05\x80\x06\x2d\x94\x5f\x8e\xd5\x08\x0f\x8f\x0f");
  batch.add_row();
  batch.times()[0] = 1'000'000'000;
  batch.levels()[0] = record::Severity::info;
  batch.set("message", 0, record::Value::string("hi"));
  EXPECT_EQ(bytes_of(batch).substr(record::kFrameHeaderBytes),
            "\x00\xca\x9a\x3b\x00\x00\x00\x00\x03\x00\x01\x00\x00\x00\x07message\x00\x00\x06\x00"
            "\x02\x00\x00\x00\x00\x00\x00\x00hi"sv);
}

// Files of every version are kept for ever.
TEST_F(Frames, OfVersion1AreStillRead) {
  fill_with_every_kind(batch);
  const auto once = rows_of(batch);
  auto twice = once;
  twice.insert(twice.end(), once.begin(), once.end());
  const std::string folder = LOGMILL_SOURCE_DIR "/tests/data/formats/frame/v1/";
  const auto read_file = [&](const std::string& name) {
    std::stringstream bytes;
    bytes << std::ifstream(folder + name, std::ios::binary).rdbuf();
    return read(bytes.str());
  };
  EXPECT_EQ(read_file("every_kind.frames"), once);
  EXPECT_EQ(read_file("zstd.frames"), twice);
  EXPECT_TRUE(reader->ended_orderly());
}

// A payload whose checksum holds is still not believed.
TEST_F(Frames, PayloadsOfAnEnemyAreRefused) {
  fill_with_every_kind(batch);
  const std::string payload = payload_of(batch);
  for (std::size_t size = 0; size < payload.size(); ++size) {
    record::Batch again;
    EXPECT_FALSE(decode_frame_payload(payload.substr(0, size), batch.rows(), again)) << size;
  }
  for (std::size_t bit = 0; bit < 8 * payload.size(); ++bit) {
    std::string flipped = payload;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ 1 << bit % 8);
    record::Batch again;
    if (decode_frame_payload(flipped, batch.rows(), again)) rows_of(again);  // nothing out of bounds
  }
  record::Batch again;
  EXPECT_FALSE(decode_frame_payload(payload + "x", batch.rows(), again));
}

TEST_F(Frames, WithAbsurdlyManyCellsAreRefused) {
  std::string payload(65'536 * 9, '\0');
  payload.push_back(0);
  base::append_le(payload, std::uint32_t{1000});
  record::Batch again;
  EXPECT_FALSE(decode_frame_payload(payload, 65'536, again));
}

}  // namespace
}  // namespace logmill::codec
