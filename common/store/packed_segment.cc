#include "store/packed_segment.h"

#include <algorithm>
#include <utility>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/hash.h"
#include "store/block_directory.h"
#include "store/block_scanner.h"
#include "store/byte_stream.h"
#include "store/integer_stream.h"
#include "store/segment_format.h"
#include "store/segment_header.h"
#include "store/store_layout.h"
#include "store/time_column.h"

namespace logmill::store {
namespace {

constexpr std::size_t kChecksumAt = kPackedMagic.size() + 1;
constexpr std::size_t kFixedBytes = kChecksumAt + sizeof(std::uint32_t);

base::Error damaged_packed(std::string_view what) { return {base::ErrorCode::corrupt, "packed segment: " + std::string(what)}; }

// Of all bytes but its own.
std::uint32_t checksum_of(std::string_view packed) {
  std::string covered(packed.substr(0, kChecksumAt));
  covered += packed.substr(kFixedBytes);
  return static_cast<std::uint32_t>(base::xxh3_64(covered));
}

// How many bytes each column takes: the first two end where they do, the last with the chunks.
base::Status divide_chunks(std::string_view chunks, BlockHead& head) {
  std::vector<ColumnEntry>& columns = head.directory.columns;
  base::ByteReader from(chunks);
  bool failed = false;
  from.read<std::uint8_t>();
  skip_integers(from, head.header.rows, failed);
  columns[0].bytes = chunks.size() - from.remaining();
  skip_byte_stream(from, head.header.rows, failed);
  columns[1].bytes = chunks.size() - from.remaining() - columns[0].bytes;
  std::uint64_t at = 0;
  for (ColumnEntry& column : columns) {
    column.offset = at;
    at += column.bytes;
  }
  if (failed || at > chunks.size() || (columns.size() == 2 && at < chunks.size())) return damaged_packed("damaged columns");
  columns.back().bytes += chunks.size() - at;
  for (ColumnEntry& column : columns) column.checksum = base::xxh3_64(chunks.substr(column.offset, column.bytes));
  return {};
}

// Fills in what chunks say of their block.
base::Status read_chunks(std::string_view chunks, BlockHead& head) {
  LOGMILL_RETURN_IF_ERROR(divide_chunks(chunks, head));
  ColumnEntry& time_column = head.directory.columns[0];
  ColumnEntry& level_column = head.directory.columns[1];
  base::Arena arena;
  std::vector<base::TimeNs> times(head.header.rows);
  std::vector<record::Severity> levels(head.header.rows);
  if (!read_times(chunks.substr(0, time_column.bytes), times, arena)) return damaged_packed("damaged times");
  if (!read_levels(chunks.substr(level_column.offset, level_column.bytes), levels, arena)) return damaged_packed("damaged levels");
  const auto [least, greatest] = std::minmax_element(times.begin(), times.end());
  head.header.time_min = *least;
  head.header.time_max = *greatest;
  time_column.present = times.size();
  level_column.present = levels.size() - static_cast<std::uint64_t>(std::ranges::count(levels, record::Severity::none));
  return {};
}

// What a packed segment stands for, in memory.
class UnpackedFile final : public sys::File {
 public:
  UnpackedFile(std::string bytes, sys::FileInfo info) : bytes_(std::move(bytes)), info_(info) { info_.size = bytes_.size(); }

  base::Result<std::size_t> read_at(std::uint64_t offset, char* to, std::size_t size) const override {
    if (offset >= bytes_.size()) return std::size_t{0};
    return bytes_.copy(to, size, offset);
  }
  base::Status append(std::string_view) override { return read_only(); }
  base::Status truncate(std::uint64_t) override { return read_only(); }
  base::Status sync() override { return {}; }
  base::Result<sys::FileInfo> info() const override { return info_; }
  base::Result<std::string_view> map() override { return std::string_view(bytes_); }
  base::Result<bool> try_lock() override { return read_only(); }

 private:
  static base::Error read_only() { return {base::ErrorCode::invalid, "a packed segment is only read"}; }

  std::string bytes_;
  sys::FileInfo info_;
};

}  // namespace

bool is_packed(std::string_view bytes) { return bytes.starts_with(kPackedMagic); }

std::optional<std::string> pack_segment(std::string_view segment) {
  if (segment.size() < kSegmentHeaderBytes + kBlockHeaderBytes + kSmallTrailerBytes || segment.size() > kPackedMax) return std::nullopt;
  const std::string_view block = segment.substr(kSegmentHeaderBytes, segment.size() - kSegmentHeaderBytes - kSmallTrailerBytes);
  const auto created = parse_segment_header(segment);
  const auto header = parse_block_header(block);
  if (!created || !header || header->rows == 0 || header->rows > kPackedRowsMax || header->block_bytes() != block.size())
    return std::nullopt;
  const auto head = parse_head(block.substr(0, block.size() - header->chunk_bytes));
  if (!head) return std::nullopt;

  std::string packed(kPackedMagic);
  packed.push_back(static_cast<char>(kSegmentVersion));
  packed.resize(kFixedBytes);
  base::append_varint(packed, header->rows);
  base::append_varint(packed, header->raw_bytes);
  append_packed_directory(packed, head->directory);
  packed += block.substr(block.size() - header->chunk_bytes);
  base::store_le(&packed[kChecksumAt], checksum_of(packed));
  // Whatever else a block may say one day: it is packed only if nothing of it is lost.
  const auto unpacked = unpack_segment(packed, *created);
  if (!unpacked || *unpacked != segment || static_cast<double>(packed.size()) > kPackedShare * static_cast<double>(segment.size()))
    return std::nullopt;
  return packed;
}

base::Result<std::string> unpack_segment(std::string_view packed, base::TimeNs created) {
  if (packed.size() < kFixedBytes || packed.size() > kPackedMax || !is_packed(packed)) return damaged_packed("impossible size");
  if (static_cast<std::uint8_t>(packed[kPackedMagic.size()]) > kSegmentVersion) {
    std::string of_ours(packed);
    of_ours[kPackedMagic.size()] = static_cast<char>(kSegmentVersion);
    if (unpack_segment(of_ours, created)) return damaged_packed("damaged version");
    return base::Error{base::ErrorCode::unsupported, "packed segment of a newer version"};
  }
  base::ByteReader from(packed.substr(kFixedBytes));
  const std::uint64_t rows = from.read_varint(), raw_bytes = from.read_varint();
  if (checksum_of(packed) != base::load_le<std::uint32_t>(packed.data() + kChecksumAt))
    return damaged_packed("checksum mismatch, some " + std::to_string(std::min<std::uint64_t>(rows, kPackedRowsMax)) + " records are lost");
  if (rows == 0 || rows > kPackedRowsMax || raw_bytes > UINT32_MAX) return damaged_packed("impossible number of rows or bytes");
  BlockHead head;
  head.header.rows = static_cast<std::uint32_t>(rows);
  head.header.raw_bytes = raw_bytes;
  LOGMILL_ASSIGN_OR_RETURN(head.directory, read_packed_directory(from, head.header));
  const std::string_view chunks = from.read_bytes(from.remaining());
  head.header.chunk_bytes = chunks.size();
  LOGMILL_RETURN_IF_ERROR(read_chunks(chunks, head));

  std::string directory;
  append_directory(directory, head.directory);
  std::string segment = make_segment_header(created);
  append_block_header(segment, head.header, directory);
  segment += directory;
  segment += chunks;
  return segment + make_small_trailer(1);
}

base::Result<SegmentBytes> open_segment_bytes(sys::FileSystem& fs, const std::string& path) {
  SegmentBytes opened;
  LOGMILL_ASSIGN_OR_RETURN(opened.file, fs.open(path, sys::OpenMode::read));
  LOGMILL_ASSIGN_OR_RETURN(const sys::FileInfo info, opened.file->info());
  opened.bytes_on_disk = info.size;
  if (info.size > kPackedMax) return opened;
  LOGMILL_ASSIGN_OR_RETURN(const std::string bytes, read_string_at(*opened.file, 0, info.size));
  if (!is_packed(bytes)) return opened;
  auto segment = unpack_segment(bytes, id_time(segment_id(path)));
  if (!segment) return std::move(segment).error().with_context(path);
  opened.file = std::make_unique<UnpackedFile>(*std::move(segment), info);
  opened.packed = true;
  return opened;
}

}  // namespace logmill::store
