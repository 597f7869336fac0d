// Frames to batches. Small frames go through a buffer; the payload of a large one is read straight
// into the batch, which then owns the bytes that its values point to.
#include <cstring>
#include <vector>

#include "codec/formats.h"
#include "codec/frame_format.h"
#include "codec/frame_payload.h"
#include "codec/zstd_frame.h"

namespace logmill::codec {
namespace {

using record::FrameCodec;
using record::FrameHeader;
using record::FrameType;
using record::kFrameHeaderBytes;
using record::kFrameMagic;

// A pipe holds 64 KiB to 1 MiB; larger reads bring nothing.
constexpr std::size_t kFrameReadBytes = 256 << 10;

// Bytes taken at the front and added at the back, or somebody else's. What one huge frame needed is given back.
class InputBuffer {
 public:
  std::string_view view() const { return lent_.data() != nullptr ? lent_ : std::string_view(bytes_.data() + begin_, end_ - begin_); }
  void drop(std::size_t size) {
    if (lent_.data() != nullptr)
      lent_.remove_prefix(size);
    else
      begin_ += size;
  }
  // From now on these are all there is.
  void lend(std::string_view bytes) { lent_ = bytes; }
  void added(std::size_t size) { end_ += size; }
  std::span<char> room(std::size_t size) {
    if (begin_ == end_ && bytes_.size() > kBytesKept) {
      bytes_ = {};
      begin_ = end_ = 0;
    }
    if (begin_ > 0) {
      std::memmove(bytes_.data(), bytes_.data() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    if (bytes_.size() < end_ + size) bytes_.resize(end_ + size);
    return {bytes_.data() + end_, size};
  }

 private:
  static constexpr std::size_t kBytesKept = 4 << 20;

  std::string_view lent_;  // instead of what follows
  std::vector<char> bytes_;
  std::size_t begin_ = 0, end_ = 0;
};

class FrameReader final : public MessageReader {
 public:
  explicit FrameReader(base::Reporter& reporter) : reporter_(reporter) {}

  void give(std::string_view message) override {
    input_.lend(message);
    has_header_ = false;
  }
  void begin(record::Batch& batch) override {
    if (!direct_) return;
    batch.text().reserve(header_.payload_bytes);
    batch.text().append(partial_);
    partial_ = {};
  }
  void end(record::Batch& batch) override {
    if (direct_) partial_.assign(batch.text().view());
  }
  std::span<char> room(record::Batch& batch) override {
    if (direct_) return {batch.text().data() + batch.text().size(), header_.payload_bytes - batch.text().size()};
    return input_.room(kFrameReadBytes);
  }
  void added(record::Batch& batch, std::size_t size) override {
    if (direct_)
      batch.text().set_size(batch.text().size() + size);
    else
      input_.added(size);
  }
  Decoded decode(record::Batch& batch, InputEnd input_end) override;
  bool has_input() const override;
  bool ended_orderly() const override { return ended_; }

 private:
  bool find_header();
  bool payload_arrived(record::Batch& batch);
  bool take_payload(record::Batch& batch);
  bool decompress(std::string_view payload, record::Batch& batch);
  void report_skipped();
  void report_lost(std::string_view why);
  void report_cut(record::Batch& batch);

  base::Reporter& reporter_;
  InputBuffer input_;
  FrameHeader header_;
  bool has_header_ = false;  // header_ was taken from the input, its payload was not
  bool direct_ = false;      // the payload is being read into the batch's text
  std::string partial_;      // of a direct payload, between two batches
  bool ended_ = false;       // the last frame was an end frame
  std::uint64_t skipped_ = 0;
};

Decoded FrameReader::decode(record::Batch& batch, InputEnd input_end) {
  while (true) {
    if (!(has_header_ || find_header()) || !payload_arrived(batch)) {
      if (input_end == InputEnd::yes) report_cut(batch);
      return Decoded::needs_input;
    }
    const bool taken = take_payload(batch);
    has_header_ = direct_ = false;
    if (taken) return Decoded::batch_ready;
    batch.clear();
  }
}

bool FrameReader::has_input() const {
  const std::string_view input = input_.view();
  if (input.size() < kFrameHeaderBytes) return false;
  FrameHeader header;
  return !parse_frame_header(input, header) || input.size() >= header.frame_bytes();
}

// Leaves the header in header_; false if more input is needed. What is no frame is skipped.
bool FrameReader::find_header() {
  while (true) {
    const std::string_view input = input_.view();
    if (input.size() < kFrameHeaderBytes) return false;
    const auto status = parse_frame_header(input, header_);
    if (status) {
      report_skipped();
      input_.drop(kFrameHeaderBytes);
      return has_header_ = true;
    }
    if (header_.payload_bytes > 0 || status.error().code == base::ErrorCode::unsupported) {
      // Another version's frame: its length can be believed, what is in it cannot be read.
      if (input.size() < header_.frame_bytes()) return false;
      reporter_.warn("bad_frame", status.error().what + ": skipped");
      input_.drop(header_.frame_bytes());
      continue;
    }
    const std::size_t next = input.find(kFrameMagic, 1);
    // The front of a magic may stand at the end.
    const std::size_t skip = next != std::string_view::npos ? next : input.size() - (kFrameMagic.size() - 1);
    skipped_ += skip;
    input_.drop(skip);
  }
}

bool FrameReader::payload_arrived(record::Batch& batch) {
  if (direct_) return batch.text().size() == header_.payload_bytes;
  const std::string_view input = input_.view();
  if (input.size() >= header_.payload_bytes) return true;
  if (header_.type != FrameType::data || header_.codec != FrameCodec::none) return false;
  batch.text().reserve(header_.payload_bytes);
  batch.text().append(input);
  input_.drop(input.size());
  direct_ = true;
  return false;
}

// Whether the batch holds a data frame's records now. The payload is taken from the input in any
// case.
bool FrameReader::take_payload(record::Batch& batch) {
  const std::string_view payload = direct_ ? batch.text().view() : input_.view().substr(0, header_.payload_bytes);
  const bool intact = frame_payload_intact(header_, payload);
  bool decoded = false;
  if (!intact) {
    report_lost("payload checksum mismatch");
  } else if (header_.type == FrameType::data) {
    ended_ = false;
    if (header_.codec == FrameCodec::none && !direct_) batch.text().append(payload);
    if (header_.codec == FrameCodec::none || decompress(payload, batch)) {
      const auto status = decode_frame_payload(batch.text().view(), header_.records, batch);
      decoded = status.has_value();
      if (!decoded) report_lost(status.error().what);
    }
    batch.range() = header_.range;
  } else if (header_.type == FrameType::end) {
    ended_ = true;
  }
  if (!direct_) input_.drop(header_.payload_bytes);
  return decoded;
}

bool FrameReader::decompress(std::string_view payload, record::Batch& batch) {
  if (header_.codec != FrameCodec::zstd) {
    report_lost("unknown codec");
    return false;
  }
  batch.text().reserve(header_.raw_bytes);
  const bool good = decompress_zstd(payload, batch.text().data(), header_.raw_bytes);
  if (good)
    batch.text().set_size(header_.raw_bytes);
  else
    report_lost("payload does not decompress");
  return good;
}

void FrameReader::report_skipped() {
  if (skipped_ == 0) return;
  reporter_.warn("bad_frame", std::to_string(skipped_) + " bytes are no frame: skipped");
  skipped_ = 0;
}

void FrameReader::report_lost(std::string_view why) {
  reporter_.warn("bad_frame", "frame of " + std::to_string(header_.records) + " records lost: " + std::string(why));
}

void FrameReader::report_cut(record::Batch& batch) {
  const std::size_t left = input_.view().size() + (has_header_ ? kFrameHeaderBytes : 0) + (direct_ ? batch.text().size() : 0);
  skipped_ += has_header_ ? 0 : left;
  if (has_header_) reporter_.warn("bad_frame", "input ends within a frame: " + std::to_string(left) + " bytes left over");
  report_skipped();
  if (left > 0) ended_ = false;
  input_.drop(input_.view().size());
  if (direct_) batch.clear();
  has_header_ = direct_ = false;
}

}  // namespace

std::unique_ptr<MessageReader> make_message_reader(base::Reporter& reporter) { return std::make_unique<FrameReader>(reporter); }

std::unique_ptr<Reader> make_frame_reader(base::Reporter& reporter) { return std::make_unique<FrameReader>(reporter); }

}  // namespace logmill::codec
