#include "loginspect/frame_walk.h"

#include "codec/frame_payload.h"

namespace logmill::loginspect {

using record::FrameHeader;
using record::FrameType;
using record::kFrameHeaderBytes;
using record::kFrameMagic;

namespace {

// Compressed payloads are covered by the checksum alone: what they hold is decoded by whoever reads
// them.
std::string find_damage(const FrameHeader& header, std::string_view payload) {
  if (!record::frame_payload_intact(header, payload)) return "payload checksum mismatch";
  if (header.type != FrameType::data || header.codec != record::FrameCodec::none) return {};
  record::Batch batch;
  const auto decoded = codec::decode_frame_payload(payload, header.records, batch);
  return decoded ? std::string() : decoded.error().what;
}

}  // namespace

base::Status FrameWalk::push(std::string_view bytes) {
  bytes_ += bytes;
  while (true) {
    LOGMILL_ASSIGN_OR_RETURN(const bool taken, take_one());
    if (!taken) return {};
  }
}

// False if more bytes are needed.
base::Result<bool> FrameWalk::take_one() {
  if (bytes_.size() < kFrameHeaderBytes) return false;
  FrameHeader header;
  const auto parsed = record::parse_frame_header(bytes_, header);
  std::size_t taken = header.frame_bytes();
  if (parsed || header.payload_bytes > 0) {
    if (bytes_.size() < taken) return false;
    LOGMILL_RETURN_IF_ERROR(end_gap());
    WalkedFrame frame{offset_, header, parsed ? std::string() : parsed.error().what};
    if (parsed) frame.damage = find_damage(header, std::string_view(bytes_).substr(kFrameHeaderBytes, header.payload_bytes));
    ended_ = header.type == FrameType::end;
    LOGMILL_RETURN_IF_ERROR(frame_(frame));
  } else {
    const std::size_t next = bytes_.find(kFrameMagic, 1);
    // The front of a magic may stand at the end.
    taken = next != std::string::npos ? next : bytes_.size() - (kFrameMagic.size() - 1);
    gap_bytes_ += taken;
  }
  offset_ += taken;
  bytes_.erase(0, taken);
  return true;
}

base::Status FrameWalk::end_gap() {
  if (gap_bytes_ == 0) return {};
  const std::uint64_t bytes = gap_bytes_;
  gap_bytes_ = 0;
  return gap_(offset_ - bytes, bytes, "no frame");
}

base::Status FrameWalk::finish() {
  const bool cut = bytes_.starts_with(kFrameMagic);
  if (cut) LOGMILL_RETURN_IF_ERROR(end_gap());
  gap_bytes_ += bytes_.size();
  offset_ += bytes_.size();
  if (gap_bytes_ > 0) {
    const std::uint64_t bytes = gap_bytes_;
    gap_bytes_ = 0;
    return gap_(offset_ - bytes, bytes, cut ? "a frame that is cut off" : "no frame");
  }
  return ended_ ? base::Status() : gap_(offset_, 0, "ends without an END frame");
}

}  // namespace logmill::loginspect
