// Where records end: one file per kind, sink_*.cc.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/reporter.h"
#include "base/result.h"
#include "codec/format.h"
#include "record/batch.h"
#include "sys/stop.h"

namespace logmill::stream {

// Thread-compatible.
class Sink {
 public:
  virtual ~Sink() = default;
  // Takes all records of the batch, and its range also when it is empty. May buffer.
  virtual base::Status write(const record::Batch& batch) = 0;
  // What was written is with the reader, or on its way there, when this returns.
  virtual base::Status flush() = 0;
  // Flushes and marks an orderly end (an END frame where the format has one).
  virtual base::Status close() = 0;
  virtual std::uint64_t bytes_out() const = 0;
};

struct SinkOptions {
  codec::Format format = codec::Format::ndjson;
  bool compress = false;  // payloads of frames
};

// `address` is "-" (`output_fd`), a path (appended to), "ring:NAME" or "ring:/path".
base::Result<std::unique_ptr<Sink>> open_sink(std::string_view address, int output_fd, const SinkOptions& options, sys::Stop& stop,
                                              base::Reporter& reporter);

}  // namespace logmill::stream
