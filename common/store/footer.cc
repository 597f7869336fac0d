#include "store/footer.h"

#include <algorithm>
#include <limits>

#include "base/arena.h"
#include "base/hash.h"
#include "store/byte_stream.h"
#include "store/encoding.h"
#include "store/frontier_table.h"
#include "store/packed_segment.h"
#include "store/segment_format.h"

namespace logmill::store {
namespace {

base::Error corrupt_footer(std::string_view what) { return {base::ErrorCode::corrupt, std::string(what)}; }

void append_section(std::string& out, FooterSection tag, std::string_view content) {
  out.push_back(static_cast<char>(tag));
  base::append_string(out, content);
}

std::string blocks_section(const std::vector<ScannedBlock>& blocks) {
  std::string out;
  base::append_varint(out, blocks.size());
  for (const ScannedBlock& block : blocks) {
    base::append_varint(out, block.info.offset);
    base::append_string(out, block.head);
  }
  return out;
}

std::string counts_section(const Footer& footer) {
  std::string out;
  base::append_varint(out, footer.counts.size());
  for (const auto& [name, counts] : footer.counts) {
    base::append_string(out, name);
    base::append_varint(out, counts.values.size());
    for (const record::Value& value : counts.values) append_value(out, value);
    for (const std::uint32_t rows : counts.rows) base::append_varint(out, rows);
  }
  return out;
}

std::string origin_section(const SegmentOrigin& origin) {
  std::string out;
  base::append_varint(out, origin.replaces.size());
  for (const std::string& id : origin.replaces) base::append_string(out, id);
  base::append_varint(out, origin.parts.size());
  for (const SegmentOrigin::Part& part : origin.parts) {
    base::append_string(out, part.id);
    base::append_varint(out, part.rows);
  }
  return out;
}

Trailer summarize(const std::vector<ScannedBlock>& blocks) {
  Trailer trailer;
  trailer.blocks = static_cast<std::uint32_t>(blocks.size());
  for (const ScannedBlock& block : blocks) {
    if (block.info.rows == 0) continue;
    const bool first = trailer.rows == 0;
    trailer.time_min = first ? block.info.time_min : std::min(trailer.time_min, block.info.time_min);
    trailer.time_max = first ? block.info.time_max : std::max(trailer.time_max, block.info.time_max);
    trailer.rows += block.info.rows;
    trailer.raw_bytes += block.info.raw_bytes;
  }
  return trailer;
}

base::Result<std::vector<Frontier>> frontiers_of(const std::vector<ScannedBlock>& blocks) {
  FrontierTable table;
  for (const ScannedBlock& block : blocks) {
    LOGMILL_ASSIGN_OR_RETURN(const BlockHead head, parse_head(block.head));
    for (const BlockReader::RangeRows& entry : head.directory.ranges) table.advance(entry.range);
  }
  return table.list();
}

// --- small segments, which have no footer ---

bool same(const std::vector<Frontier>& a, const std::vector<Frontier>& b) {
  return std::ranges::equal(
      a, b, [](const Frontier& x, const Frontier& y) { return x.stream == y.stream && x.epoch == y.epoch && x.position == y.position; });
}

// Whether all that the footer says can be told from blocks that end at `end`.
bool blocks_say_all(const Footer& footer, std::uint64_t end) {
  if (end > kSmallBytes || !footer.filters.empty() || !footer.origin.parts.empty()) return false;
  std::uint64_t at = kSegmentHeaderBytes;
  for (const ScannedBlock& block : footer.blocks) {
    if (block.info.offset != at) return false;
    at += block.info.bytes;
  }
  const auto frontiers = frontiers_of(footer.blocks);
  return at == end && frontiers && same(*frontiers, footer.frontiers);
}

base::Result<ScannedBlock> parse_block(std::string_view segment, std::uint64_t offset) {
  const std::string_view bytes = segment.substr(offset);
  LOGMILL_ASSIGN_OR_RETURN(const BlockHeader header, parse_block_header(bytes));
  if (header.block_bytes() > bytes.size()) return corrupt_footer("beyond the end");
  const std::string_view head = bytes.substr(0, kBlockHeaderBytes + header.directory_bytes);
  if (!checksum_holds(head, head.substr(kBlockHeaderBytes))) return corrupt_footer("header: checksum mismatch");
  LOGMILL_RETURN_IF_ERROR(header.check_flags());
  return ScannedBlock{.info = header.info(offset), .head = std::string(head)};
}

// All that stands between header and small trailer.
base::Result<std::vector<ScannedBlock>> read_small_blocks(const sys::File& file, std::uint64_t file_bytes) {
  if (file_bytes > kSmallBytes + kSmallTrailerBytes) return corrupt_footer("too long for a segment without footer");
  LOGMILL_ASSIGN_OR_RETURN(const std::string bytes, read_string_at(file, 0, file_bytes));
  LOGMILL_ASSIGN_OR_RETURN(const std::uint32_t count,
                           parse_small_trailer(std::string_view(bytes).substr(bytes.size() - kSmallTrailerBytes)));
  const std::string_view segment = std::string_view(bytes).substr(0, bytes.size() - kSmallTrailerBytes);
  std::vector<ScannedBlock> blocks;
  for (std::uint64_t at = kSegmentHeaderBytes; at < segment.size(); at += blocks.back().info.bytes) {
    auto block = parse_block(segment, at);
    if (!block) return std::move(block).error().with_context("block at byte " + std::to_string(at));
    blocks.push_back(*std::move(block));
  }
  if (blocks.size() != count) return corrupt_footer("trailer: block count differs");
  return blocks;
}

base::Result<bool> has_small_trailer(const sys::File& file, std::uint64_t file_bytes) {
  LOGMILL_ASSIGN_OR_RETURN(const std::string magic, read_string_at(file, file_bytes - kSmallMagic.size(), kSmallMagic.size()));
  return magic == kSmallMagic;
}

base::Result<Footer> read_small_footer(const sys::File& file, std::uint64_t file_bytes) {
  Footer footer;
  LOGMILL_ASSIGN_OR_RETURN(footer.blocks, read_small_blocks(file, file_bytes));
  LOGMILL_ASSIGN_OR_RETURN(footer.frontiers, frontiers_of(footer.blocks));
  footer.content = std::make_unique<std::string>();
  return footer;
}

// --- those with a footer ---

// Blocks must lie one behind the other and before the footer.
base::Result<std::vector<ScannedBlock>> parse_blocks(std::string_view bytes, const Trailer& trailer) {
  base::ByteReader from(bytes);
  const std::uint64_t count = from.read_varint();
  if (count != trailer.blocks || count > bytes.size()) return corrupt_footer("footer: block count differs");
  std::vector<ScannedBlock> blocks;
  std::uint64_t end = kSegmentHeaderBytes;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t offset = from.read_varint();
    const std::string_view head = from.read_string();
    LOGMILL_ASSIGN_OR_RETURN(const BlockHeader header, parse_block_header(head));
    LOGMILL_RETURN_IF_ERROR(header.check_flags());
    if (head.size() != kBlockHeaderBytes + header.directory_bytes || offset < end || offset > trailer.footer_offset ||
        header.block_bytes() > trailer.footer_offset - offset)
      return corrupt_footer("footer: block " + std::to_string(i) + " out of place");
    end = offset + header.block_bytes();
    blocks.push_back({.info = header.info(offset), .head = std::string(head)});
  }
  if (from.failed() || from.remaining() != 0) return corrupt_footer("footer: damaged blocks");
  return blocks;
}

base::Status parse_counts(std::string_view bytes, std::size_t blocks, Footer& footer) {
  base::ByteReader from(bytes);
  bool failed = false;
  const std::uint64_t columns = from.read_varint();
  for (std::uint64_t i = 0; i < columns && !failed; ++i) {
    const std::string_view name = from.read_string();
    const std::uint64_t values = from.read_varint();
    // A count takes at least a byte.
    if (values > kCountedValuesMax || values * blocks > from.remaining()) return corrupt_footer("footer: damaged counts");
    ValueCounts counts;
    for (std::uint64_t v = 0; v < values && !failed; ++v) counts.values.push_back(read_value(from, failed));
    for (std::uint64_t n = 0; n < values * blocks; ++n) counts.rows.push_back(static_cast<std::uint32_t>(from.read_varint()));
    footer.counts.emplace(name, std::move(counts));
    failed = failed || from.failed();
  }
  if (failed || from.remaining() != 0) return corrupt_footer("footer: damaged counts");
  return {};
}

base::Result<SegmentOrigin> parse_origin(std::string_view bytes) {
  base::ByteReader from(bytes);
  SegmentOrigin origin;
  const std::uint64_t replaces = from.read_varint();
  for (std::uint64_t i = 0; i < replaces && !from.failed(); ++i) origin.replaces.emplace_back(from.read_string());
  const std::uint64_t parts = from.read_varint();
  for (std::uint64_t i = 0; i < parts && !from.failed(); ++i) {
    const std::string_view id = from.read_string();
    origin.parts.push_back({std::string(id), from.read_varint()});
  }
  if (from.failed() || from.remaining() != 0) return corrupt_footer("footer: damaged origin");
  return origin;
}

base::Result<Footer> parse_footer(std::unique_ptr<std::string> content, const Trailer& trailer) {
  Footer footer;
  std::string_view counts, filters;
  base::ByteReader from(*content);
  while (from.remaining() > 0) {
    const auto tag = from.read<std::uint8_t>();
    const std::string_view section = from.read_string();
    if (from.failed()) return corrupt_footer("footer: damaged section");
    switch (static_cast<FooterSection>(tag)) {
      case FooterSection::blocks: {
        LOGMILL_ASSIGN_OR_RETURN(footer.blocks, parse_blocks(section, trailer));
        break;
      }
      case FooterSection::counts: counts = section; break;
      case FooterSection::filters: filters = section; break;
      case FooterSection::frontiers: {
        LOGMILL_ASSIGN_OR_RETURN(footer.frontiers, parse_frontiers(section));
        break;
      }
      case FooterSection::origin: {
        LOGMILL_ASSIGN_OR_RETURN(footer.origin, parse_origin(section));
        break;
      }
      default: break;  // of a newer version: not needed
    }
  }
  if (footer.blocks.size() != trailer.blocks) return corrupt_footer("footer: no blocks");
  if (!counts.empty()) LOGMILL_RETURN_IF_ERROR(parse_counts(counts, footer.blocks.size(), footer));
  if (!filters.empty()) {
    LOGMILL_ASSIGN_OR_RETURN(footer.filters, parse_member_filters(filters, footer.blocks.size(), trailer.footer_offset));
  }
  footer.content = std::move(content);
  return footer;
}

}  // namespace

std::string make_footer(const Footer& footer, std::uint64_t offset, int zstd_level) {
  if (blocks_say_all(footer, offset)) return make_small_trailer(static_cast<std::uint32_t>(footer.blocks.size()));
  std::string content;
  append_section(content, FooterSection::blocks, blocks_section(footer.blocks));
  append_section(content, FooterSection::counts, counts_section(footer));
  std::string frontiers;
  append_frontiers(frontiers, footer.frontiers);
  append_section(content, FooterSection::frontiers, frontiers);
  if (!footer.filters.empty()) {
    std::string filters;
    append_member_filters(filters, footer.filters);
    append_section(content, FooterSection::filters, filters);
  }
  if (!footer.origin.parts.empty()) append_section(content, FooterSection::origin, origin_section(footer.origin));

  std::string out;
  ByteStreamWriter(zstd_level).append(out, content);
  Trailer trailer = summarize(footer.blocks);
  trailer.footer_offset = offset;
  trailer.footer_bytes = static_cast<std::uint32_t>(out.size());
  trailer.footer_raw_bytes = static_cast<std::uint32_t>(content.size());
  trailer.footer_checksum = base::xxh3_64(out);
  return out + make_trailer(trailer);
}

base::Result<Trailer> read_trailer(const sys::File& file, std::uint64_t file_bytes) {
  if (file_bytes < kSegmentHeaderBytes + kSmallTrailerBytes) return corrupt_footer("too short for a sealed segment");
  LOGMILL_ASSIGN_OR_RETURN(const bool small, has_small_trailer(file, file_bytes));
  if (small) {
    LOGMILL_ASSIGN_OR_RETURN(const auto blocks, read_small_blocks(file, file_bytes));
    Trailer trailer = summarize(blocks);
    trailer.footer_offset = file_bytes - kSmallTrailerBytes;
    return trailer;
  }
  if (file_bytes < kSegmentHeaderBytes + kTrailerBytes) return corrupt_footer("too short for a sealed segment");
  LOGMILL_ASSIGN_OR_RETURN(const std::string bytes, read_string_at(file, file_bytes - kTrailerBytes, kTrailerBytes));
  LOGMILL_ASSIGN_OR_RETURN(const Trailer trailer, parse_trailer(bytes));
  const std::uint64_t room = file_bytes - kTrailerBytes;
  if (trailer.footer_offset < kSegmentHeaderBytes || trailer.footer_offset > room || room - trailer.footer_offset != trailer.footer_bytes ||
      trailer.footer_bytes == 0 || trailer.footer_raw_bytes > kFooterBytesMax)
    return corrupt_footer("trailer: footer out of place");
  return trailer;
}

base::Result<Footer> read_footer(const sys::File& file, const Trailer& trailer, std::uint64_t file_bytes) {
  if (trailer.footer_bytes == 0) return read_small_footer(file, file_bytes);
  LOGMILL_ASSIGN_OR_RETURN(const std::string bytes,
                           read_string_at(file, trailer.footer_offset, file_bytes - kTrailerBytes - trailer.footer_offset));
  if (base::xxh3_64(bytes) != trailer.footer_checksum) return corrupt_footer("footer: checksum mismatch");
  base::Arena arena;
  bool failed = false;
  base::ByteReader from(bytes);
  const std::string_view content = read_byte_stream(from, trailer.footer_raw_bytes, arena, failed);
  if (failed || from.remaining() != 0) return corrupt_footer("footer: damaged");
  return parse_footer(std::make_unique<std::string>(content), trailer);
}

base::Result<SegmentOrigin> read_origin(sys::FileSystem& fs, const std::string& path) {
  LOGMILL_ASSIGN_OR_RETURN(const SegmentBytes segment, open_segment_bytes(fs, path));
  LOGMILL_ASSIGN_OR_RETURN(const sys::FileInfo info, segment.file->info());
  LOGMILL_ASSIGN_OR_RETURN(const Trailer trailer, read_trailer(*segment.file, info.size));
  LOGMILL_ASSIGN_OR_RETURN(Footer footer, read_footer(*segment.file, trailer, info.size));
  return std::move(footer.origin);
}

}  // namespace logmill::store
