// A compressed file, read once from its beginning to its end.
//
// Positions are offsets in the decompressed text. The stream is the compressed file: that it may be
// a copy of a file that was collected before is not known here.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/reporter.h"
#include "base/result.h"
#include "logcollect/tail.h"
#include "record/batch.h"
#include "stream/source.h"
#include "sys/stop.h"

namespace logmill::logcollect {

class Archive {
 public:
  // `host`, `stop` and `reporter` must outlive it.
  static base::Result<Archive> open(const std::string& path, record::StreamId stream, const TailLimits& limits, std::string_view host,
                                    sys::Stop& stop, base::Reporter& reporter);

  // The next records and their range; false at the end.
  base::Result<bool> next(record::Batch& batch);

 private:
  Archive(std::unique_ptr<stream::Source> source, std::string path, record::StreamId stream, std::string_view host)
      : source_(std::move(source)), path_(std::move(path)), stream_(stream), host_(host) {}

  std::unique_ptr<stream::Source> source_;
  std::string path_;
  record::StreamId stream_;
  std::string_view host_;
  std::uint64_t position_ = 0;
};

}  // namespace logmill::logcollect
