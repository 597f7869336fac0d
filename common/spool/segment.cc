#include "spool/segment.h"

#include <charconv>

#include "spool/spool_format.h"

namespace logmill::spool {
namespace {

base::Error damaged(std::uint64_t offset, std::string_view why) {
  return {base::ErrorCode::corrupt, "damaged at byte " + std::to_string(offset) + ": " + std::string(why)};
}

std::optional<std::uint64_t> number_of(std::string_view name) {
  if (name.size() != kNumberDigits + kSegmentSuffix.size() || !name.ends_with(kSegmentSuffix)) return std::nullopt;
  std::uint64_t number = 0;
  const auto parsed = std::from_chars(name.data(), name.data() + kNumberDigits, number, 16);
  if (parsed.ec != std::errc() || parsed.ptr != name.data() + kNumberDigits || number == 0) return std::nullopt;
  return number;
}

base::Result<std::size_t> read_fully(const sys::File& file, std::uint64_t offset, char* to, std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    LOGMILL_ASSIGN_OR_RETURN(const std::size_t got, file.read_at(offset + done, to + done, size - done));
    if (got == 0) break;
    done += got;
  }
  return done;
}

}  // namespace

std::string segment_path(const std::string& dir, std::uint64_t number) {
  char digits[kNumberDigits];
  const auto end = std::to_chars(digits, digits + kNumberDigits, number, 16).ptr;
  const auto count = static_cast<std::size_t>(end - digits);
  return sys::join(dir, std::string(kNumberDigits - count, '0') + std::string(digits, count) + std::string(kSegmentSuffix));
}

base::Result<std::vector<std::uint64_t>> list_segments(sys::FileSystem& fs, const std::string& dir) {
  std::vector<std::uint64_t> numbers;
  const auto names = fs.list(dir);
  if (!names && names.error().code == base::ErrorCode::not_found) return numbers;
  if (!names) return names.error();
  for (const std::string& name : *names)
    if (const auto number = number_of(name)) numbers.push_back(*number);
  return numbers;  // names are sorted, and all numbers have as many digits
}

base::Result<std::optional<RawFrame>> read_frame(const sys::File& file, std::uint64_t offset) {
  RawFrame frame;
  frame.bytes.resize(record::kFrameHeaderBytes);
  LOGMILL_ASSIGN_OR_RETURN(const std::size_t head, read_fully(file, offset, frame.bytes.data(), frame.bytes.size()));
  if (head == 0) return std::optional<RawFrame>();
  if (head < record::kFrameHeaderBytes) return damaged(offset, "the file ends within a frame");
  if (auto parsed = record::parse_frame_header(frame.bytes, frame.header); !parsed) return damaged(offset, parsed.error().what);
  frame.bytes.resize(frame.header.frame_bytes());
  const std::size_t payload = frame.header.payload_bytes;
  LOGMILL_ASSIGN_OR_RETURN(const std::size_t got, read_fully(file, offset + head, frame.bytes.data() + head, payload));
  if (got < payload) return damaged(offset, "the file ends within a frame");
  if (!record::frame_payload_intact(frame.header, std::string_view(frame.bytes).substr(head)))
    return damaged(offset, "payload checksum mismatch");
  return std::optional<RawFrame>(std::move(frame));
}

base::Result<SegmentContent> read_segment(const sys::File& file, std::uint64_t number) {
  SegmentContent content;
  LOGMILL_ASSIGN_OR_RETURN(const auto head, read_frame(file, 0));
  if (!head || head->header.type != kHeadType || head->header.range.from != number) return damaged(0, "no head of this segment");
  LOGMILL_ASSIGN_OR_RETURN(const auto frontiers, store::parse_frontiers(std::string_view(head->bytes).substr(record::kFrameHeaderBytes)));
  content.frontiers.advance_all(frontiers);
  content.bytes = head->bytes.size();
  while (true) {
    const auto frame = read_frame(file, content.bytes);
    if (!frame && frame.error().code != base::ErrorCode::corrupt) return frame.error();
    if (!frame || !*frame) return content;
    const record::FrameHeader& header = (*frame)->header;
    if (header.type == record::FrameType::data) content.frontiers.advance(header.range);
    if (header.type == kAcknowledgedType) content.acknowledged = Place{header.range.from, header.range.to};
    content.bytes += (*frame)->bytes.size();
  }
}

void append_head(std::string& out, std::uint64_t number, const store::FrontierTable& frontiers) {
  std::string payload;
  store::append_frontiers(payload, frontiers.list());
  record::FrameHeader header;
  header.type = kHeadType;
  header.range.from = number;
  record::append_frame(out, header, payload);
}

void append_acknowledged(std::string& out, const Place& place) {
  record::FrameHeader header;
  header.type = kAcknowledgedType;
  header.range.from = place.segment;
  header.range.to = place.offset;
  record::append_frame(out, header, {});
}

}  // namespace logmill::spool
