#include "codec/zstd_point_finder.h"

#include <algorithm>
#include <utility>

#include "codec/zstd_frame.h"

namespace logmill::codec {
namespace {

constexpr std::size_t kMagicPartBytes = 5;
constexpr std::size_t kBlockBytesMax = 128 << 10;
// A point costs the decompression of a window of text, and what is kept of the window. The zstd program compresses in pieces of four
// windows, each of which refers to little of the one before: there a point takes a third of what it takes elsewhere.
constexpr std::uint64_t kApartPerWindow = 4, kApartMax = 32 << 20;
// Of what is kept of a window, half remains when it is compressed: no more than some two thirds of a percent of the text.
constexpr std::uint64_t kTextPerKept = 75;
// The window's descriptor follows.
constexpr std::string_view kUnsizedFrame("\x28\xb5\x2f\xfd\0", 5);
constexpr std::string_view kEmptyLastBlock("\1\0\0", kZstdBlockHeaderBytes);

}  // namespace

std::optional<ZstdEntry> ZstdEntry::of(std::string_view window) {
  if (window.size() < kHeadBytes) return std::nullopt;
  ZstdEntry entry{.frame_header = std::string(kUnsizedFrame),
                  .checksum = window[1] != 0,
                  .codes = std::string(dictionary(window).substr(0, kZstdEntryBytesMax - kZstdWindowBytesMax))};
  entry.frame_header += window[0];
  const auto frame = read_zstd_frame_header(entry.frame_header);
  if (!frame || frame->window_bytes > 2 * kZstdWindowBytesMax || ZstdBlockWalk().begin_with(entry.codes) == 0) return std::nullopt;
  return entry;
}

void ZstdPointFinder::begin_part(Part part, std::size_t bytes) {
  part_ = part;
  part_bytes_ = bytes;
  held_.clear();
}

void ZstdPointFinder::begin_frame(std::uint64_t raw_offset) {
  candidate_.reset();
  text_.clear();
  raw_offset_ = block_start_ = last_point_ = raw_offset;
  begin_part(Part::magic, kMagicPartBytes);
}

void ZstdPointFinder::enter(const ZstdEntry& entry, std::uint64_t raw_offset) {
  begin_frame(raw_offset);
  auto frame = read_zstd_frame_header(entry.frame_header);
  if (!frame || walk_.begin_with(entry.codes) == 0) return give_up();
  frame->checksum = entry.checksum;
  set_frame(*frame);
}

void ZstdPointFinder::set_frame(const ZstdFrameHeader& frame) {
  frame_ = frame;
  apart_ = apart_of(frame);
  begin_part(Part::block_header, kZstdBlockHeaderBytes);
}

std::uint64_t ZstdPointFinder::apart_of(const ZstdFrameHeader& frame) const {
  return std::max(apart_min_, std::min(kApartPerWindow * frame.window_bytes, kApartMax));
}

void ZstdPointFinder::give_up() {
  begin_part(Part::unknown, 0);
  drop_candidate();
}

void ZstdPointFinder::drop_candidate() {
  candidate_.reset();
  text_.clear();
  last_point_ = raw_offset_;
}

std::size_t ZstdPointFinder::allow(std::string_view in) {
  std::size_t allowed = 0;
  while (allowed < in.size()) {
    if (part_ == Part::end) give_up();  // libzstd goes on
    if (part_ == Part::unknown) return in.size();
    const std::size_t size = std::min(in.size() - allowed, part_bytes_ - held_.size());
    held_.append(in.substr(allowed, size));
    allowed += size;
    if (held_.size() == part_bytes_ && !end_part()) break;
  }
  return allowed;
}

// False where a block or the frame ends.
bool ZstdPointFinder::end_part() {
  switch (part_) {
    case Part::magic:
      part_ = Part::header;
      part_bytes_ = zstd_frame_header_bytes(held_);
      if (part_bytes_ == 0) give_up();
      return true;
    case Part::header: {
      const auto frame = read_zstd_frame_header(held_);
      if (!frame || frame->window_bytes > kZstdWindowBytesMax) {
        give_up();
        return true;
      }
      walk_.begin();
      set_frame(*frame);
      return true;
    }
    case Part::block_header:
      block_ = read_zstd_block_header(held_);
      if (block_.type == ZstdBlockType::reserved || block_.bytes > kBlockBytesMax) {
        give_up();
        return true;
      }
      part_ = Part::block;
      part_bytes_ += block_.bytes;
      return block_.bytes > 0;
    case Part::checksum: begin_part(Part::end, 0); return false;
    default: return false;
  }
}

void ZstdPointFinder::add_text(std::string_view text) {
  if (part_ == Part::unknown) return;
  raw_offset_ += text.size();
  const std::uint64_t wanted_from = last_point_ + apart_ - frame_.window_bytes;
  if (raw_offset_ <= wanted_from && !candidate_) return;
  text_ += text;
}

void ZstdPointFinder::end_block(std::uint64_t file_offset) {
  if (part_ != Part::block || held_.size() < part_bytes_) return;
  if (block_.type == ZstdBlockType::compressed && !walk_block(std::string_view(held_).substr(kZstdBlockHeaderBytes))) return give_up();
  if (candidate_) blocks_ += held_;
  if (candidate_ && blocks_.size() > blocks_bytes_max()) drop_candidate();
  block_start_ = raw_offset_;
  if (block_.last)
    begin_part(frame_.checksum ? Part::checksum : Part::end, frame_.checksum ? ZstdEntry::kChecksumBytes : 0);
  else
    begin_part(Part::block_header, kZstdBlockHeaderBytes);
  if (candidate_ && raw_offset_ - candidate_->at.raw_offset >= frame_.window_bytes) settle_candidate();
  if (!candidate_ && !block_.last && raw_offset_ - last_point_ >= apart_) make_candidate(file_offset);
}

void ZstdPointFinder::end_frame() {
  if (candidate_ && part_ == Part::end) {
    candidate_->undescribed = {};  // nothing comes that could need them
    settle_candidate();
  }
  give_up();
}

// Of most blocks only the tables are taken: the last offsets are known again after a few sequences.
bool ZstdPointFinder::walk_block(std::string_view block) {
  if (!walk_.enter(block)) return false;
  if (candidate_ && walk_.has_sequences()) {
    ZstdBlockWalk::Repeats& lacks = candidate_->undescribed;
    const ZstdBlockWalk::Repeats& repeats = walk_.repeats();
    if ((lacks.offsets && repeats.offsets) || (lacks.match_lengths && repeats.match_lengths) ||
        (lacks.literal_lengths && repeats.literal_lengths))
      drop_candidate();
    else
      lacks = {};
  }
  if (!candidate_ && raw_offset_ - last_point_ < apart_) {
    walk_.forget_offsets();
    return true;
  }
  std::uint64_t at = candidate_ ? block_start_ - candidate_->at.raw_offset : 0;
  return walk_.for_each_sequence([&](const ZstdSequence& sequence) {
    at += sequence.literals;
    if (candidate_ && !refer(at, sequence)) return false;
    at += sequence.match;
    return true;
  });
}

// Keeps what the sequence takes from the window of the candidate, which lies so far back.
bool ZstdPointFinder::refer(std::uint64_t at, const ZstdSequence& sequence) {
  if (sequence.offset <= at) return true;
  const std::uint64_t back = sequence.offset - at;
  if (back > frame_.window_bytes) return false;
  const auto from = static_cast<std::size_t>(frame_.window_bytes - back);
  const std::size_t size = std::min<std::size_t>(sequence.match, static_cast<std::size_t>(back));
  char* const window = candidate_->at.window.data() + candidate_->head_bytes + from;
  if (*window == '\0' || window[size - 1] == '\0') candidate_->kept += size;  // about: pieces overlap
  text_.copy(window, size, window_at_ + from);
  return true;
}

// Blocks without text may follow one another without end.
std::size_t ZstdPointFinder::blocks_bytes_max() const { return 2 * (static_cast<std::size_t>(frame_.window_bytes) + kBlockBytesMax); }

void ZstdPointFinder::make_candidate(std::uint64_t file_offset) {
  const auto window_bytes = static_cast<std::size_t>(frame_.window_bytes);
  const bool possible = text_.size() >= window_bytes && walk_.knows_offsets(window_bytes);
  if (text_.size() > 2 * window_bytes + kBlockBytesMax) text_.erase(0, text_.size() - window_bytes);
  if (!possible) return;
  window_at_ = text_.size() - window_bytes;
  Candidate& candidate = candidate_.emplace();
  std::string entry{static_cast<char>(frame_.window_descriptor), static_cast<char>(frame_.checksum)};
  entry += walk_.dictionary_head(candidate.undescribed);
  candidate.head_bytes = entry.size();
  entry.resize(entry.size() + window_bytes);
  candidate.at = {.raw_offset = raw_offset_, .file_offset = file_offset, .inside_member = true, .window = std::move(entry)};
  candidate.kept = 0;
  blocks_ = kUnsizedFrame;
  blocks_ += static_cast<char>(frame_.window_descriptor);
}

void ZstdPointFinder::settle_candidate() {
  const ZstdBlockWalk::Repeats& lacks = candidate_->undescribed;
  const bool described = !lacks.offsets && !lacks.match_lengths && !lacks.literal_lengths;
  if (described && gives_the_same()) found_ = std::move(candidate_->at);
  const std::uint64_t kept = candidate_->kept;
  drop_candidate();
  if (!found_) return;
  last_point_ = found_->raw_offset;
  apart_ = std::max(apart_of(frame_), std::min(kTextPerKept * kept, kApartMax));
}

// The text behind the candidate, decompressed from there on.
bool ZstdPointFinder::gives_the_same() {
  if (!block_.last) blocks_ += kEmptyLastBlock;
  const std::string_view text = std::string_view(text_).substr(window_at_ + static_cast<std::size_t>(frame_.window_bytes));
  repeated_.resize(std::max(repeated_.size(), text.size()));
  return decompress_zstd(blocks_, repeated_.data(), text.size(), ZstdEntry::dictionary(candidate_->at.window)) &&
         std::string_view(repeated_).starts_with(text);
}

}  // namespace logmill::codec
