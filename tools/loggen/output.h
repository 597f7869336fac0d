// Where records go: text to a descriptor or file, or batches to any sink.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "cli/io.h"
#include "generate/event.h"
#include "loggen/format.h"
#include "record/range.h"

namespace logmill::loggen {

class Output {
 public:
  virtual ~Output() = default;
  virtual base::Status add(const generate::Event& event) = 0;
  // A line of a real log, without its newline, that is to be passed on as it is.
  virtual base::Status add_line(std::string_view line) = 0;
  // What was added is on its way when this returns.
  virtual base::Status flush() = 0;
  virtual base::Status close() = 0;
  virtual std::uint64_t bytes_out() const = 0;
};

// Lines in `format` to "-" or a path, which is appended to.
base::Result<std::unique_ptr<Output>> open_text_output(std::string_view endpoint, std::unique_ptr<LineFormat> format, cli::Io& io);

struct BatchOutputOptions {
  std::string_view endpoint;
  bool compress = false;
  const FormatContext& context;
  // nullptr: events become records with fields. Else they become lines, and records with only
  // those.
  std::unique_ptr<LineFormat> format;
  // Of the run: the frames name it, so that a sink recognises what it already has.
  record::StreamId stream{};
};

// Frames to "-", a path or a ring.
base::Result<std::unique_ptr<Output>> open_batch_output(BatchOutputOptions options, cli::Io& io);

}  // namespace logmill::loggen
