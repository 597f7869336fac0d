#include "store/verify.h"

#include <algorithm>

#include "store/block_directory.h"
#include "store/block_scanner.h"
#include "store/footer.h"
#include "store/packed_segment.h"
#include "store/reader.h"
#include "store/segment_format.h"
#include "store/segment_header.h"
#include "store/store_layout.h"

namespace logmill::store {
namespace {

base::Status verify_header(const sys::File& file) {
  LOGMILL_ASSIGN_OR_RETURN(const std::string bytes, read_string_at(file, 0, kSegmentHeaderBytes));
  const auto created = parse_segment_header(bytes);
  return created ? base::Status() : created.error();
}

// Readers of a sealed segment with a footer take header and directory from there and never look at these.
base::Status verify_head(const sys::File& file, const BlockInfo& block) {
  LOGMILL_ASSIGN_OR_RETURN(const std::string bytes, read_string_at(file, block.offset, kBlockHeaderBytes));
  LOGMILL_ASSIGN_OR_RETURN(const BlockHeader header, parse_block_header(bytes));
  LOGMILL_ASSIGN_OR_RETURN(const std::string directory, read_string_at(file, block.offset + bytes.size(), header.directory_bytes));
  if (checksum_holds(bytes, directory)) return {};
  return base::Error{base::ErrorCode::corrupt, "block header: checksum mismatch"};
}

base::Status verify_block(SegmentReader& segment, std::size_t index) {
  LOGMILL_ASSIGN_OR_RETURN(const auto block, segment.read_block(index));
  return block->verify();
}

base::Status verify_footer(const sys::File& file, std::uint64_t file_bytes) {
  const auto trailer = read_trailer(file, file_bytes);
  if (!trailer)
    return base::Error{trailer.error().code, "trailer, which ends at byte " + std::to_string(file_bytes) + ": " + trailer.error().what};
  const auto footer = read_footer(file, *trailer, file_bytes);
  if (footer) return {};
  return base::Error{footer.error().code, "footer at byte " + std::to_string(trailer->footer_offset) + ": " + footer.error().what};
}

// How many bytes stand behind the last block of a live segment that does not grow.
base::Result<std::uint64_t> torn_bytes(const sys::File& file, SegmentReader& segment, std::uint64_t bytes_before) {
  LOGMILL_ASSIGN_OR_RETURN(const sys::FileInfo before, file.info());
  LOGMILL_ASSIGN_OR_RETURN(const bool more, segment.refresh());
  LOGMILL_ASSIGN_OR_RETURN(const sys::FileInfo after, file.info());
  const bool grows = more || segment.info().sealed || after.size != before.size || before.size != bytes_before;
  return grows ? 0 : after.size - segment.info().bytes;
}

}  // namespace

base::Status verify_segment(sys::FileSystem& fs, const std::string& path, base::Reporter& reporter,
                            const std::function<void(std::string)>& damaged) {
  auto bytes = open_segment_bytes(fs, path);
  if (!bytes && bytes.error().code == base::ErrorCode::corrupt) damaged("packed, all its records are lost");
  if (!bytes) return std::move(bytes).error();
  const auto& file = bytes->file;
  LOGMILL_ASSIGN_OR_RETURN(const sys::FileInfo opened, file->info());
  const bool sealed = !path.ends_with(kLiveSuffix);
  const base::Status header = verify_header(*file);
  if (!header) damaged("header at byte 0: " + header.error().what);
  const base::Status footer = sealed ? verify_footer(*file, opened.size) : base::Status();
  if (!footer) damaged(footer.error().what);
  LOGMILL_ASSIGN_OR_RETURN(const auto segment, open_segment(fs, path, reporter));
  // A reader counts a damaged header or footer of a sealed segment as a block.
  const std::uint64_t told = sealed ? (header ? 0 : 1) + (footer ? 0 : 1) : 0;
  if (const std::uint64_t lost = segment->info().damaged_blocks; lost > told)
    damaged(std::to_string(lost - told) + " damaged blocks, their records are lost");
  for (std::size_t i = 0; i < segment->blocks().size(); ++i) {
    const BlockInfo& block = segment->blocks()[i];
    const std::string place = "block " + std::to_string(i) + " at byte " + std::to_string(block.offset) + ": ";
    if (const auto sound = verify_head(*file, block); !sound) damaged(place + sound.error().what + "; the copy in the footer serves");
    if (const auto sound = verify_block(*segment, i); !sound)
      damaged(place + sound.error().what + "; " + std::to_string(block.rows) + " records affected");
  }
  if (const auto sound = segment->verify_filters(); !sound) damaged(sound.error().what);
  if (segment->info().sealed) return {};
  LOGMILL_ASSIGN_OR_RETURN(const std::uint64_t torn, torn_bytes(*file, *segment, opened.size));
  if (torn > 0) damaged(std::to_string(torn) + " bytes behind the last block: a torn commit");
  return {};
}

}  // namespace logmill::store
