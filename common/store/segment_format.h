// Constants of docs/formats/segment.md, which explains them. Nothing else lives here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace logmill::store {

inline constexpr std::string_view kSegmentMagic = "LMSEGMNT";
inline constexpr std::string_view kBlockMagic = "LMBLOCK\n";
inline constexpr std::string_view kFooterMagic = "LMFOOTER";
inline constexpr std::string_view kSmallMagic = "LMSMALL\n";

inline constexpr std::string_view kPackedMagic = "LP";

inline constexpr std::uint16_t kSegmentVersion = 2;

// Sizes of the fixed parts.
inline constexpr std::size_t kSegmentHeaderBytes = 32;
inline constexpr std::size_t kBlockHeaderBytes = 64;
inline constexpr std::size_t kTrailerBytes = 80;
inline constexpr std::size_t kSmallTrailerBytes = 24;

// Blocks of so few bytes are read with one request, as a footer would be: there is none. A block of so few bytes may be
// stored by row, if that is smaller: names, checksums and frames of columns are much of it.
inline constexpr std::uint64_t kSmallBytes = 16 << 10;
// But of no more as NDJSON: whoever reads one field of it decodes all.
inline constexpr std::uint64_t kSmallRawBytes = 1 << 20;

// Segments of so few bytes and records are packed when they are sealed, if that takes this part of it at most: damage anywhere takes a
// packed one as a whole.
inline constexpr std::uint64_t kPackedMax = 8 << 10;
inline constexpr std::uint32_t kPackedRowsMax = 1'024;
inline constexpr double kPackedShare = 0.98;

// Row numbers fit 16 bits, and a bitmap of a block fits the first-level cache.
inline constexpr std::size_t kBlockRowsMax = 65'536;
// A block directory beyond this is damage: 64 Ki columns and the names of two full batches fit.
inline constexpr std::uint64_t kDirectoryBytesMax = 64 << 20;
// Names of all fields of a batch together.
inline constexpr std::uint64_t kColumnNamesBytesMax = 16 << 20;
// What one column of one block may take when decoded. Bounds what a hostile file can make a reader
// allocate; a batch (8 MiB and one line) stays far below.
inline constexpr std::uint64_t kColumnBytesMax = 256 << 20;
inline constexpr std::uint64_t kFooterBytesMax = 256 << 20;
inline constexpr std::size_t kColumnsMax = 65'536;
inline constexpr std::size_t kColumnNameBytesMax = 65'535;

// Columns with more distinct values in a segment, or with longer ones, have no counts in its
// footer: a field whose only value is a line of many megabytes would be in it a second time.
inline constexpr std::size_t kCountedValuesMax = 64;
inline constexpr std::size_t kCountedValueBytesMax = 1'024;

// A page of the operating system: what a look-up in a filter reads and checks.
inline constexpr std::uint64_t kFilterChunkBytes = 4'096;

// Sections of a footer. A reader skips those it does not know.
enum class FooterSection : std::uint8_t { blocks = 1, counts = 2, frontiers = 3, filters = 4, origin = 8 };

// Encodings of the two columns that every block has. Those of fields, 16 and up, are in encoding_table.cc.
inline constexpr std::uint8_t kTimeEncoding = 1;
inline constexpr std::uint8_t kLevelEncoding = 2;
// The last entry of a directory may be fields that are stored together (rare_columns.h).
inline constexpr std::uint8_t kRareEncoding = 3;
// Entries of lower encodings have no name of their own.
inline constexpr std::uint8_t kFieldEncodings = 16;
// In a block of more fields than this, those with fewer values than the second number, or than one
// row in so many, are rare.
inline constexpr std::size_t kColumnsOften = 64;
inline constexpr std::size_t kRareValues = 64;

}  // namespace logmill::store
