#include "store/segment_header.h"

#include "base/bytes.h"
#include "base/hash.h"
#include "store/segment_format.h"

namespace logmill::store {
namespace {

base::Error newer(std::string_view what) { return {base::ErrorCode::unsupported, std::string(what) + " of a newer version"}; }

}  // namespace

std::string make_segment_header(base::TimeNs created) {
  std::string covered;
  base::append_le(covered, kSegmentVersion);
  base::append_le(covered, std::uint16_t{0});
  base::append_le(covered, std::uint32_t{0});
  base::append_le(covered, created);
  std::string header(kSegmentMagic);
  base::append_le(header, base::xxh3_64(covered));
  return header + covered;
}

base::Result<base::TimeNs> parse_segment_header(std::string_view bytes) {
  if (bytes.size() < kSegmentHeaderBytes || !bytes.starts_with(kSegmentMagic))
    return base::Error{base::ErrorCode::corrupt, "not a segment"};
  base::ByteReader from(bytes.substr(kSegmentMagic.size()));
  if (from.read<std::uint64_t>() != base::xxh3_64(bytes.substr(16, kSegmentHeaderBytes - 16)))
    return base::Error{base::ErrorCode::corrupt, "segment header: checksum mismatch"};
  const auto version = from.read<std::uint16_t>();
  from.read<std::uint16_t>();
  const auto flags = from.read<std::uint32_t>();
  if (version > kSegmentVersion || flags != 0) return newer("segment");
  return from.read<std::int64_t>();
}

std::string make_trailer(const Trailer& trailer) {
  std::string bytes;
  base::append_le(bytes, trailer.footer_offset);
  base::append_le(bytes, trailer.footer_bytes);
  base::append_le(bytes, trailer.footer_raw_bytes);
  base::append_le(bytes, trailer.rows);
  base::append_le(bytes, trailer.raw_bytes);
  base::append_le(bytes, trailer.time_min);
  base::append_le(bytes, trailer.time_max);
  base::append_le(bytes, trailer.blocks);
  base::append_le(bytes, kSegmentVersion);
  base::append_le(bytes, std::uint16_t{0});
  base::append_le(bytes, trailer.footer_checksum);
  base::append_le(bytes, base::xxh3_64(bytes));
  bytes += kFooterMagic;
  return bytes;
}

std::string make_small_trailer(std::uint32_t blocks) {
  std::string bytes;
  base::append_le(bytes, blocks);
  base::append_le(bytes, kSegmentVersion);
  base::append_le(bytes, std::uint16_t{0});
  base::append_le(bytes, base::xxh3_64(bytes));
  bytes += kSmallMagic;
  return bytes;
}

base::Result<std::uint32_t> parse_small_trailer(std::string_view bytes) {
  if (bytes.size() != kSmallTrailerBytes || !bytes.ends_with(kSmallMagic)) return base::Error{base::ErrorCode::corrupt, "no trailer"};
  base::ByteReader from(bytes);
  const auto blocks = from.read<std::uint32_t>();
  const auto version = from.read<std::uint16_t>();
  const auto flags = from.read<std::uint16_t>();
  if (from.read<std::uint64_t>() != base::xxh3_64(bytes.substr(0, 8)))
    return base::Error{base::ErrorCode::corrupt, "trailer: checksum mismatch"};
  if (version > kSegmentVersion || flags != 0) return newer("segment");
  return blocks;
}

base::Result<Trailer> parse_trailer(std::string_view bytes) {
  if (bytes.size() != kTrailerBytes || !bytes.ends_with(kFooterMagic)) return base::Error{base::ErrorCode::corrupt, "no trailer"};
  base::ByteReader from(bytes);
  Trailer trailer;
  trailer.footer_offset = from.read<std::uint64_t>();
  trailer.footer_bytes = from.read<std::uint32_t>();
  trailer.footer_raw_bytes = from.read<std::uint32_t>();
  trailer.rows = from.read<std::uint64_t>();
  trailer.raw_bytes = from.read<std::uint64_t>();
  trailer.time_min = from.read<std::int64_t>();
  trailer.time_max = from.read<std::int64_t>();
  trailer.blocks = from.read<std::uint32_t>();
  const auto version = from.read<std::uint16_t>();
  const auto flags = from.read<std::uint16_t>();
  trailer.footer_checksum = from.read<std::uint64_t>();
  if (from.read<std::uint64_t>() != base::xxh3_64(bytes.substr(0, 64)))
    return base::Error{base::ErrorCode::corrupt, "trailer: checksum mismatch"};
  if (version > kSegmentVersion || flags != 0) return newer("segment");
  return trailer;
}

}  // namespace logmill::store
