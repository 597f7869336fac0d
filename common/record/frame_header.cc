#include "record/frame_header.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/hash.h"

namespace logmill::record {
namespace {

constexpr std::size_t kChecksumAt = 72;  // of what stands before it
static_assert(kChecksumAt + sizeof(std::uint64_t) == kFrameHeaderBytes);

std::uint64_t payload_checksum(const FrameHeader& header, std::string_view payload) {
  return (header.flags_incompatible & kFrameUnchecked) != 0 ? 0 : base::xxh3_64(payload);
}

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
  if ((header.flags_incompatible & ~kFrameUnchecked) != 0)
    return base::Error{base::ErrorCode::unsupported, "frame with flags that this program does not know"};
  return {};
}

bool frame_payload_intact(const FrameHeader& header, std::string_view payload) {
  return payload.size() == header.payload_bytes && payload_checksum(header, payload) == header.payload_checksum;
}

void store_frame_header(char* to, FrameHeader header, std::string_view payload) {
  header.payload_bytes = static_cast<std::uint32_t>(payload.size());
  if (header.codec == FrameCodec::none) header.raw_bytes = header.payload_bytes;
  char* at = to;
  const auto store = [&at](auto value) {
    base::store_le(at, value);
    at += sizeof value;
  };
  at = std::copy(kFrameMagic.begin(), kFrameMagic.end(), at);
  store(kFrameVersion);
  store(static_cast<std::uint8_t>(header.type));
  store(static_cast<std::uint8_t>(header.codec));
  store(std::uint8_t{0});
  store(header.flags_compatible);
  store(header.flags_incompatible);
  store(header.payload_bytes);
  store(header.raw_bytes);
  store(header.records);
  store(header.range.epoch);
  at = std::copy(header.range.stream.begin(), header.range.stream.end(), at);
  store(header.range.from);
  store(header.range.to);
  store(payload_checksum(header, payload));
  store(base::xxh3_64({to, kChecksumAt}));
}

void append_frame(std::string& out, FrameHeader header, std::string_view payload) {
  char bytes[kFrameHeaderBytes];
  store_frame_header(bytes, header, payload);
  out.append(bytes, sizeof bytes);
  out.append(payload);
}

}  // namespace logmill::record
