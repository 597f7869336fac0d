#include "codec/archive_writer.h"

#include <gtest/gtest.h>

#include "codec/inflate.h"

namespace logmill::codec {
namespace {

std::string inflated(std::string_view compressed) {
  const auto inflater = make_inflater(detect_container(compressed));
  std::string text(1 << 16, '\0');
  text.resize(*inflater->inflate(compressed, text));
  EXPECT_TRUE(inflater->complete());
  EXPECT_TRUE(compressed.empty());
  return text;
}

std::string archive_of(Container container, const std::vector<std::string>& pieces) {
  const auto writer = make_archive_writer(container);
  std::string out;
  for (const std::string& piece : pieces) writer->append(piece, out);
  writer->finish(out);
  return out;
}

const std::vector<std::string> kPieces = {"first line\n", std::string(5'000, 'x') + "\n", "third\n"};

TEST(ArchiveWriter, AllPiecesTogetherAreOneFile) {
  for (const Container container : {Container::gzip, Container::zstd})
    EXPECT_EQ(inflated(archive_of(container, kPieces)), kPieces[0] + kPieces[1] + kPieces[2]);
}

TEST(ArchiveWriter, TheTableFindsEachPiece) {
  const std::string archive = archive_of(Container::zstd, kPieces);
  const auto table_bytes = seek_table_bytes(std::string_view(archive).substr(archive.size() - kSeekTailBytes));
  ASSERT_TRUE(table_bytes);
  const auto entries = parse_seek_table(std::string_view(archive).substr(archive.size() - *table_bytes));
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 3u);
  std::size_t at = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ((*entries)[i].raw_bytes, kPieces[i].size());
    EXPECT_EQ(inflated(std::string_view(archive).substr(at, (*entries)[i].bytes)), kPieces[i]);
    at += (*entries)[i].bytes;
  }
  EXPECT_EQ(at + *table_bytes, archive.size());
}

// The bytes are those of the format's page, so that other programs find them.
TEST(ArchiveWriter, TheTableIsThatOfTheSeekableFormat) {
  std::string table;
  append_seek_table(table, {{.bytes = 0x0102, .raw_bytes = 0x0304}});
  EXPECT_EQ(table, std::string("\x5e\x2a\x4d\x18"
                               "\x11\0\0\0"
                               "\x02\x01\0\0"
                               "\x04\x03\0\0"
                               "\x01\0\0\0"
                               "\0"
                               "\xb1\xea\x92\x8f",
                               25));
}

TEST(ArchiveWriter, ADamagedTableIsRefused) {
  std::string table;
  append_seek_table(table, {{.bytes = 10, .raw_bytes = 20}, {.bytes = 11, .raw_bytes = 21}});
  EXPECT_TRUE(parse_seek_table(table));
  for (std::size_t size = 0; size < table.size(); ++size) EXPECT_FALSE(parse_seek_table(std::string_view(table).substr(0, size))) << size;
  for (const std::size_t at : {std::size_t{0}, std::size_t{4}, table.size() - 9, table.size() - 1}) {
    std::string flipped = table;
    flipped[at] = static_cast<char>(flipped[at] ^ 1);
    EXPECT_FALSE(parse_seek_table(flipped)) << at;
  }
}

TEST(ArchiveWriter, ATableWithChecksumsIsRead) {
  std::string table;
  append_seek_table(table, {});
  std::string with = table.substr(0, 4) + std::string("\x15\0\0\0", 4) +
                     std::string("\x0a\0\0\0\x14\0\0\0\xff\xff\xff\xff\x01\0\0\0\x80", 17) + table.substr(table.size() - 4);
  const auto entries = parse_seek_table(with);
  ASSERT_TRUE(entries);
  EXPECT_EQ(*entries, (std::vector<SeekEntry>{{.bytes = 10, .raw_bytes = 20}}));
}

}  // namespace
}  // namespace logmill::codec
