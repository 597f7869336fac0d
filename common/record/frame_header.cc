#include "record/frame_header.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/hash.h"

namespace logmill::record {
namespace {

constexpr std::size_t kChecksumAt = 72;  // of what stands before it
static_assert(kChecksumAt + sizeof(std::uint64_t) == kFrameHeaderBytes);

base::Error corrupt(std::string_view what) { return {base::ErrorCode::corrupt, std::string(what)}; }

}  // namespace

base::Status parse_frame_header(std::string_view bytes, FrameHeader& header) {
  header = {};
  if (!bytes.starts_with(kFrameMagic)) return corrupt("no frame begins here");
  const std::uint64_t checksum = base::load_le<std::uint64_t>(bytes.data() + kChecksumAt);
  if (base::xxh3_64(bytes.substr(0, kChecksumAt)) != checksum) return corrupt("frame header: checksum mismatch");

  base::ByteReader reader(bytes.substr(kFrameMagic.size(), kChecksumAt - kFrameMagic.size()));
  const auto version = reader.read<std::uint8_t>();
  header.type = static_cast<FrameType>(reader.read<std::uint8_t>());
  header.codec = static_cast<FrameCodec>(reader.read<std::uint8_t>());
  reader.read<std::uint8_t>();  // reserved
  header.flags_compatible = reader.read<std::uint16_t>();
  header.flags_incompatible = reader.read<std::uint16_t>();
  header.payload_bytes = reader.read<std::uint32_t>();
  header.raw_bytes = reader.read<std::uint32_t>();
  header.records = reader.read<std::uint32_t>();
  header.range.epoch = reader.read<std::uint32_t>();
  const std::string_view stream = reader.read_bytes(header.range.stream.size());
  std::copy(stream.begin(), stream.end(), header.range.stream.begin());
  header.range.from = reader.read<std::uint64_t>();
  header.range.to = reader.read<std::uint64_t>();
  header.payload_checksum = reader.read<std::uint64_t>();

  if (header.payload_bytes > kFramePayloadMax || header.raw_bytes > kFramePayloadMax || header.records > kFrameRecordsMax) {
    header.payload_bytes = 0;
    return corrupt("frame header: sizes beyond the format's bounds");
  }
  if (version != kFrameVersion)
    return base::Error{base::ErrorCode::unsupported,
                       "frame version " + std::to_string(version) + ", this program knows " + std::to_string(kFrameVersion)};
  if (header.flags_incompatible != 0) return base::Error{base::ErrorCode::unsupported, "frame with flags that this program does not know"};
  return {};
}

bool frame_payload_intact(const FrameHeader& header, std::string_view payload) {
  return payload.size() == header.payload_bytes && base::xxh3_64(payload) == header.payload_checksum;
}

void append_frame(std::string& out, FrameHeader header, std::string_view payload) {
  header.payload_bytes = static_cast<std::uint32_t>(payload.size());
  if (header.codec == FrameCodec::none) header.raw_bytes = header.payload_bytes;
  const std::size_t start = out.size();
  out.append(kFrameMagic);
  base::append_le(out, kFrameVersion);
  base::append_le(out, static_cast<std::uint8_t>(header.type));
  base::append_le(out, static_cast<std::uint8_t>(header.codec));
  base::append_le(out, std::uint8_t{0});
  base::append_le(out, header.flags_compatible);
  base::append_le(out, header.flags_incompatible);
  base::append_le(out, header.payload_bytes);
  base::append_le(out, header.raw_bytes);
  base::append_le(out, header.records);
  base::append_le(out, header.range.epoch);
  out.append(header.range.stream.begin(), header.range.stream.end());
  base::append_le(out, header.range.from);
  base::append_le(out, header.range.to);
  base::append_le(out, base::xxh3_64(payload));
  base::append_le(out, base::xxh3_64(std::string_view(out).substr(start, kChecksumAt)));
  out.append(payload);
}

}  // namespace logmill::record
