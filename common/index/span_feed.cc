#include "index/span_feed.h"

#include <algorithm>

namespace logmill::index {
namespace {

// At a time behind the head, until its last line ends.
constexpr std::size_t kLineReadBytes = 4 << 10;

}  // namespace

SpanFeed::SpanFeed(const sys::File& file, std::unique_ptr<Sidecar> sidecar, const BlockMask& wanted, std::uint64_t head_bytes)
    : sidecar_(std::move(sidecar)), reader_(file, sidecar_->reader().container()) {
  std::uint64_t at = 0;
  const auto& spans = sidecar_->reader().spans();
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const std::uint64_t end = at + spans[i].bytes;
    if (wanted[i] || end <= head_bytes) {
      add(at, end);
    } else if (at < head_bytes) {
      add(at, end);
      stretches_.back().enough = head_bytes;
      bytes_skipped_ += end - head_bytes;
    } else {
      ++spans_skipped_;
      bytes_skipped_ += spans[i].bytes;
    }
    at = end;
  }
  add(at, std::numeric_limits<std::uint64_t>::max());
}

void SpanFeed::add(std::uint64_t begin, std::uint64_t end) {
  if (!stretches_.empty() && stretches_.back().end == begin && stretches_.back().enough > begin)
    stretches_.back().end = end;
  else
    stretches_.push_back({begin, end});
}

base::Result<std::size_t> SpanFeed::read(std::span<char> to) {
  while (next_ < stretches_.size()) {
    const Stretch& stretch = stretches_[next_];
    if (reader_.raw_offset() < stretch.begin) LOGMILL_RETURN_IF_ERROR(go_to(stretch.begin));
    const std::uint64_t left = stretch.end - reader_.raw_offset();
    if (left == 0) {
      ++next_;
      continue;
    }
    const std::uint64_t before_enough = stretch.enough - std::min(stretch.enough, reader_.raw_offset());
    const std::uint64_t asked = std::min(left, before_enough > 0 ? before_enough : kLineReadBytes);
    to = to.first(static_cast<std::size_t>(std::min<std::uint64_t>(to.size(), asked)));
    LOGMILL_ASSIGN_OR_RETURN(const std::size_t size, reader_.read(to));
    return reader_.raw_offset() >= stretch.enough ? end_with_line(to.first(size)) : size;
  }
  return std::size_t{0};
}

// How much of what was read belongs to the head. Its last byte may be what ends the line.
std::size_t SpanFeed::end_with_line(std::span<const char> read) {
  const Stretch& stretch = stretches_[next_];
  const std::uint64_t begin = reader_.raw_offset() - read.size();
  const std::size_t first = begin < stretch.enough ? static_cast<std::size_t>(stretch.enough - begin) - 1 : 0;
  const auto newline = std::find(read.begin() + first, read.end(), '\n');
  const bool ends = newline != read.end();
  const auto size = static_cast<std::size_t>(newline - read.begin()) + ends;
  bytes_skipped_ -= begin + size - std::max(begin, stretch.enough);
  next_ += ends;
  return size;
}

// From a point on the way, if that saves reading.
base::Status SpanFeed::go_to(std::uint64_t raw_offset) {
  const codec::AccessPoint point = sidecar_->reader().point_before(raw_offset, reader_.raw_offset());
  if (point.raw_offset > reader_.raw_offset()) reader_.enter(point);
  return reader_.skip_to(raw_offset);
}

}  // namespace logmill::index
