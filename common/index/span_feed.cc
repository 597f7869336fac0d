#include "index/span_feed.h"

#include <algorithm>
#include <limits>

namespace logmill::index {

SpanFeed::SpanFeed(const sys::File& file, std::unique_ptr<Sidecar> sidecar, const BlockMask& wanted, std::uint64_t head_bytes)
    : sidecar_(std::move(sidecar)), reader_(file, sidecar_->reader().container()) {
  std::uint64_t at = 0;
  const auto& spans = sidecar_->reader().spans();
  for (std::size_t i = 0; i < spans.size(); ++i) {
    if (wanted[i] || at < head_bytes) {
      add(at, at + spans[i].bytes);
    } else {
      ++spans_skipped_;
      bytes_skipped_ += spans[i].bytes;
    }
    at += spans[i].bytes;
  }
  add(at, std::numeric_limits<std::uint64_t>::max());
}

void SpanFeed::add(std::uint64_t begin, std::uint64_t end) {
  if (!stretches_.empty() && stretches_.back().end == begin)
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
    return reader_.read(to.first(static_cast<std::size_t>(std::min<std::uint64_t>(to.size(), left))));
  }
  return std::size_t{0};
}

// From a point on the way, if that saves reading.
base::Status SpanFeed::go_to(std::uint64_t raw_offset) {
  const codec::AccessPoint point = sidecar_->reader().point_before(raw_offset, reader_.raw_offset());
  if (point.raw_offset > reader_.raw_offset()) reader_.enter(point);
  return reader_.skip_to(raw_offset);
}

}  // namespace logmill::index
