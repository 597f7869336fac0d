// A compressed file, read from a place in its text to its end.
//
// Positions are offsets in the text. Whether it is a copy of a file that was collected before, and up to where, is for
// archive_match.h to tell.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "logcollect/archive_text.h"
#include "logcollect/splitter.h"
#include "logcollect/tail.h"
#include "record/batch.h"
#include "store/reader.h"

namespace logmill::logcollect {

class Archive {
 public:
  // Of the stream, the epoch and from the place that `begin` says. `host` must outlive it.
  static base::Result<Archive> open(const std::string& path, const store::Frontier& begin, const TailLimits& limits, std::string_view host);

  // The next records and their range; false at the end. What is good before an error is handed out first.
  base::Result<bool> next(record::Batch& batch);
  // How far it is handed over.
  const store::Frontier& frontier() const { return at_; }

 private:
  Archive(ArchiveText text, std::string path, const store::Frontier& at, const TailLimits& limits, std::string_view host)
      : text_(std::move(text)),
        path_(std::move(path)),
        at_(at),
        chunk_bytes_(limits.chunk_bytes),
        splitter_(limits.line_bytes_max, limits.joiner),
        host_(host) {}

  void read_chunk(record::Batch& batch);

  ArchiveText text_;
  std::string path_;
  store::Frontier at_;
  std::size_t chunk_bytes_;
  Splitter splitter_;
  std::string_view host_;
  std::string rest_;  // read, but not decided
  bool within_line_ = false;
  bool ended_ = false;
  std::optional<base::Error> failure_;
};

}  // namespace logmill::logcollect
