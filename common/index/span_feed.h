// Of a file's text, what a search has to read: the head, to the end of the line that ends it, the
// spans that may match, and what the sidecar does not cover.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "codec/byte_feed.h"
#include "index/sidecar_reader.h"
#include "index/text_reader.h"

namespace logmill::index {

class SpanFeed : public codec::ByteFeed {
 public:
  // `wanted` has one flag a span; the first `head_bytes` are read in any case. `file` must outlive
  // the feed.
  SpanFeed(const sys::File& file, std::unique_ptr<Sidecar> sidecar, const BlockMask& wanted, std::uint64_t head_bytes);

  base::Result<std::size_t> read(std::span<char> to) override;
  std::uint64_t bytes_in() const override { return reader_.bytes_read(); }
  // In the text: behind what was read.
  std::uint64_t raw_offset() const { return reader_.raw_offset(); }
  std::uint64_t spans_skipped() const { return spans_skipped_; }
  std::uint64_t spans() const { return sidecar_->reader().spans().size(); }
  // Of these, and of what follows the head in its span: more than there are, until the head was read.
  std::uint64_t bytes_skipped() const { return bytes_skipped_; }
  codec::Container container() const { return sidecar_->reader().container(); }
  // Of what the sidecar covers.
  std::uint64_t bytes_wanted() const { return sidecar_->reader().raw_bytes() - bytes_skipped_; }

 private:
  struct Stretch {
    std::uint64_t begin, end;
    std::uint64_t enough = std::numeric_limits<std::uint64_t>::max();  // up to there: it ends with the line
  };
  void add(std::uint64_t begin, std::uint64_t end);
  base::Status go_to(std::uint64_t raw_offset);
  std::size_t end_with_line(std::span<const char> read);

  std::unique_ptr<Sidecar> sidecar_;
  TextReader reader_;
  std::vector<Stretch> stretches_;  // what is to be read; the last one without an end
  std::size_t next_ = 0;
  std::uint64_t spans_skipped_ = 0, bytes_skipped_ = 0;
};

}  // namespace logmill::index
