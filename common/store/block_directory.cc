#include "store/block_directory.h"

#include <algorithm>
#include <bit>

#include "base/bytes.h"
#include "base/hash.h"
#include "record/fields.h"
#include "store/segment_format.h"

namespace logmill::store {
namespace {

constexpr std::size_t kChecksummedFrom = kBlockMagic.size() + sizeof(std::uint64_t);

base::Error corrupt(std::string_view what) { return {base::ErrorCode::corrupt, std::string(what)}; }

void append_zone(std::string& out, const ColumnZone& zone) {
  out.push_back(static_cast<char>(zone.kind));
  if (zone.kind == ColumnZone::Kind::numbers) {
    base::append_le(out, std::bit_cast<std::uint64_t>(zone.number_min));
    base::append_le(out, std::bit_cast<std::uint64_t>(zone.number_max));
  } else if (zone.kind == ColumnZone::Kind::texts) {
    out.append(zone.prefix_min.data(), zone.prefix_min.size());
    out.append(zone.prefix_max.data(), zone.prefix_max.size());
  }
}

bool read_prefix(base::ByteReader& from, std::array<char, 8>& to) {
  const std::string_view bytes = from.read_bytes(to.size());
  std::copy(bytes.begin(), bytes.end(), to.begin());
  return bytes.size() == to.size();
}

bool read_zone(base::ByteReader& from, ColumnZone& zone) {
  const auto kind = from.read<std::uint8_t>();
  if (kind > static_cast<std::uint8_t>(ColumnZone::Kind::texts)) return false;
  zone.kind = static_cast<ColumnZone::Kind>(kind);
  if (zone.kind == ColumnZone::Kind::numbers) {
    zone.number_min = std::bit_cast<double>(from.read<std::uint64_t>());
    zone.number_max = std::bit_cast<double>(from.read<std::uint64_t>());
  } else if (zone.kind == ColumnZone::Kind::texts) {
    return read_prefix(from, zone.prefix_min) && read_prefix(from, zone.prefix_max);
  }
  return !from.failed();
}

bool read_range(base::ByteReader& from, BlockReader::RangeRows& entry) {
  const std::string_view stream = from.read_string();
  const std::uint64_t epoch = from.read_varint();
  entry.range.from = from.read_varint();
  const std::uint64_t length = from.read_varint();
  const std::uint64_t rows = from.read_varint();
  if (from.failed() || epoch > UINT32_MAX || rows > kBlockRowsMax || length > UINT64_MAX - entry.range.from) return false;
  if (!stream.empty() && stream.size() != entry.range.stream.size()) return false;
  std::copy(stream.begin(), stream.end(), entry.range.stream.begin());
  entry.range.epoch = static_cast<std::uint32_t>(epoch);
  entry.range.to = entry.range.from + length;
  entry.rows = static_cast<std::uint32_t>(rows);
  return true;
}

void append_range(std::string& out, const BlockReader::RangeRows& entry) {
  const auto* const stream = reinterpret_cast<const char*>(entry.range.stream.data());
  base::append_string(out, {stream, entry.range.named() ? entry.range.stream.size() : 0});
  base::append_varint(out, entry.range.epoch);
  base::append_varint(out, entry.range.from);
  base::append_varint(out, entry.range.to - entry.range.from);
  base::append_varint(out, entry.rows);
}

// What only fields have.
void append_field(std::string& out, const ColumnEntry& column) {
  base::append_string(out, column.name);
  out.push_back(static_cast<char>(column.kinds));
  append_zone(out, column.zone);
}

void append_column(std::string& out, const ColumnEntry& column) {
  out.push_back(static_cast<char>(column.encoding));
  base::append_varint(out, column.bytes);
  base::append_le(out, column.checksum);
  base::append_varint(out, column.present);
  if (column.encoding >= kFieldEncodings) append_field(out, column);
}

// What stands first, second and behind that in a directory.
bool in_place(std::size_t index, std::uint8_t encoding) {
  if (index == 0) return encoding == kTimeEncoding;
  if (index == 1) return encoding == kLevelEncoding;
  return encoding == kRareEncoding || encoding >= kFieldEncodings;
}

bool read_field(base::ByteReader& from, ColumnEntry& entry) {
  entry.name = from.read_string();
  entry.kinds = from.read<std::uint8_t>();
  return !from.failed() && entry.name.size() <= kColumnNameBytesMax && read_zone(from, entry.zone);
}

bool read_column(base::ByteReader& from, const BlockHeader& header, ColumnEntry& entry) {
  entry.encoding = from.read<std::uint8_t>();
  entry.bytes = from.read_varint();
  entry.checksum = from.read<std::uint64_t>();
  entry.present = from.read_varint();
  if (from.failed() || entry.bytes > header.chunk_bytes || entry.present > header.rows) return false;
  if (entry.encoding == kTimeEncoding) entry.name = record::kTimestamp;
  if (entry.encoding == kLevelEncoding) entry.name = record::kLevel;
  return entry.encoding < kFieldEncodings || read_field(from, entry);
}

// The bytes of the last one are left to the caller.
bool read_packed_column(base::ByteReader& from, const BlockHeader& header, bool last, ColumnEntry& entry) {
  entry.encoding = from.read<std::uint8_t>();
  if (entry.encoding >= kFieldEncodings) {
    entry.present = from.read_varint();
    if (entry.present > header.rows || !read_field(from, entry)) return false;
  }
  if (!last) entry.bytes = from.read_varint();
  return !from.failed() && entry.bytes <= from.remaining();
}

// Each entry takes at least a byte: a count beyond the bytes is refused before anything is
// allocated.
base::Status read_ranges(base::ByteReader& from, std::uint64_t count, const BlockHeader& header, BlockDirectory& directory) {
  if (count > from.remaining()) return corrupt("block directory: too many ranges");
  std::uint64_t rows = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    BlockReader::RangeRows entry;
    if (!read_range(from, entry)) return corrupt("block directory: damaged range");
    rows += entry.rows;
    directory.ranges.push_back(entry);
  }
  if (rows != header.rows) return corrupt("block directory: ranges and rows differ");
  return {};
}

}  // namespace

std::uint64_t BlockHeader::block_bytes() const { return kBlockHeaderBytes + directory_bytes + chunk_bytes; }

base::Status BlockHeader::check_flags() const {
  if (flags != 0) return base::Error{base::ErrorCode::unsupported, "block with flags of a newer version"};
  return {};
}

BlockInfo BlockHeader::info(std::uint64_t offset) const {
  return {.rows = rows, .time_min = time_min, .time_max = time_max, .offset = offset, .bytes = block_bytes(), .raw_bytes = raw_bytes};
}

void append_directory(std::string& out, const BlockDirectory& directory) {
  base::append_varint(out, directory.ranges.size());
  for (const BlockReader::RangeRows& entry : directory.ranges) append_range(out, entry);
  base::append_varint(out, directory.columns.size());
  for (const ColumnEntry& column : directory.columns) append_column(out, column);
}

std::size_t entry_bytes(const ColumnEntry& entry) {
  std::string bytes;
  append_column(bytes, entry);
  return bytes.size();
}

void append_block_header(std::string& out, BlockHeader header, std::string_view directory) {
  std::string covered;
  base::append_le(covered, static_cast<std::uint32_t>(directory.size()));
  base::append_le(covered, header.rows);
  base::append_le(covered, header.chunk_bytes);
  base::append_le(covered, header.time_min);
  base::append_le(covered, header.time_max);
  base::append_le(covered, static_cast<std::uint32_t>(std::min<std::uint64_t>(header.raw_bytes, UINT32_MAX)));
  base::append_le(covered, std::uint32_t{0});  // flags: a reader refuses those it does not know
  base::append_le(covered, header.commit_bytes);
  const std::size_t header_part = covered.size();
  covered += directory;
  out += kBlockMagic;
  base::append_le(out, base::xxh3_64(covered));
  out.append(covered, 0, header_part);
}

base::Result<BlockHeader> parse_block_header(std::string_view bytes) {
  if (bytes.size() < kBlockHeaderBytes || !bytes.starts_with(kBlockMagic)) return corrupt("not a block");
  base::ByteReader from(bytes.substr(kBlockMagic.size()));
  BlockHeader header;
  header.checksum = from.read<std::uint64_t>();
  header.directory_bytes = from.read<std::uint32_t>();
  header.rows = from.read<std::uint32_t>();
  header.chunk_bytes = from.read<std::uint64_t>();
  header.time_min = from.read<std::int64_t>();
  header.time_max = from.read<std::int64_t>();
  header.raw_bytes = from.read<std::uint32_t>();
  header.flags = from.read<std::uint32_t>();
  header.commit_bytes = from.read<std::uint64_t>();
  if (header.directory_bytes > kDirectoryBytesMax || header.rows > kBlockRowsMax || header.chunk_bytes > kColumnBytesMax * 16)
    return corrupt("block header with impossible sizes");
  return header;
}

bool checksum_holds(std::string_view header_bytes, std::string_view directory) {
  std::string covered(header_bytes.substr(kChecksummedFrom, kBlockHeaderBytes - kChecksummedFrom));
  covered += directory;
  return base::xxh3_64(covered) == base::load_le<std::uint64_t>(header_bytes.data() + kBlockMagic.size());
}

base::Result<BlockDirectory> parse_directory(std::string_view bytes, const BlockHeader& header) {
  LOGMILL_RETURN_IF_ERROR(header.check_flags());
  base::ByteReader from(bytes);
  BlockDirectory directory;
  LOGMILL_RETURN_IF_ERROR(read_ranges(from, from.read_varint(), header, directory));
  const std::uint64_t columns = from.read_varint();
  if (columns > kColumnsMax || columns > from.remaining()) return corrupt("block directory: too many columns");
  for (std::uint64_t i = 0; i < columns; ++i) {
    ColumnEntry entry;
    if (!read_column(from, header, entry) || !in_place(i, entry.encoding)) return corrupt("block directory: damaged column");
    directory.add(std::move(entry));
  }
  if (from.failed() || from.remaining() != 0 || columns < 2 || directory.chunk_bytes() != header.chunk_bytes)
    return corrupt("block directory: damaged");
  return directory;
}

void append_packed_directory(std::string& out, const BlockDirectory& directory) {
  const bool usual = directory.ranges.size() == 1 && directory.ranges.front().range == record::Range{};
  base::append_varint(out, usual ? 0 : directory.ranges.size());
  if (!usual)
    for (const BlockReader::RangeRows& entry : directory.ranges) append_range(out, entry);
  base::append_varint(out, directory.columns.size() - 2);
  for (std::size_t i = 2; i < directory.columns.size(); ++i) {
    const ColumnEntry& column = directory.columns[i];
    out.push_back(static_cast<char>(column.encoding));
    if (column.encoding >= kFieldEncodings) {
      base::append_varint(out, column.present);
      append_field(out, column);
    }
    if (i + 1 < directory.columns.size()) base::append_varint(out, column.bytes);
  }
}

base::Result<BlockDirectory> read_packed_directory(base::ByteReader& from, const BlockHeader& header) {
  BlockDirectory directory;
  if (const std::uint64_t ranges = from.read_varint(); ranges > 0)
    LOGMILL_RETURN_IF_ERROR(read_ranges(from, ranges, header, directory));
  else
    directory.ranges.push_back({.range = {}, .rows = header.rows});
  directory.columns.resize(2);
  directory.columns[0].name = record::kTimestamp;
  directory.columns[0].encoding = kTimeEncoding;
  directory.columns[1].name = record::kLevel;
  directory.columns[1].encoding = kLevelEncoding;
  const std::uint64_t columns = from.read_varint();
  if (columns > from.remaining()) return corrupt("packed directory: too many columns");
  for (std::uint64_t i = 0; i < columns; ++i) {
    ColumnEntry entry;
    if (!read_packed_column(from, header, i + 1 == columns, entry) || !in_place(2 + i, entry.encoding))
      return corrupt("packed directory: damaged column");
    directory.columns.push_back(std::move(entry));
  }
  if (from.failed()) return corrupt("packed directory: damaged");
  return directory;
}

base::Result<BlockHead> parse_head(std::string_view bytes) {
  LOGMILL_ASSIGN_OR_RETURN(const BlockHeader header, parse_block_header(bytes));
  LOGMILL_ASSIGN_OR_RETURN(BlockDirectory directory, parse_directory(bytes.substr(kBlockHeaderBytes), header));
  return BlockHead{header, std::move(directory)};
}

}  // namespace logmill::store
