// Reads the input and makes batches of a sensible size. Input that nobody named becomes a stream of
// ours.
#pragma once

#include <cstdint>
#include <memory>

#include "logship/logship.h"
#include "record/batch.h"
#include "stream/source.h"

namespace logmill::logship {

class InputReader {
 public:
  static base::Result<std::unique_ptr<InputReader>> open(const Logship::Options& options, cli::Io& io);

  // The next batch, with a named range. After a small one, waits a little before reading on, so
  // that what trickles in goes out together.
  base::Result<stream::Pull> next(record::Batch& batch);
  bool ready() { return source_->ready(); }
  bool crowded() { return source_->crowded(); }
  // From any thread: `batches` more, in their order, are acknowledged.
  void release(std::size_t batches) { source_->release(batches); }
  bool ended_orderly() const { return source_->ended_orderly(); }
  std::uint64_t bytes_in() const { return source_->bytes_in(); }
  std::uint64_t empty_lines() const { return source_->empty_lines(); }

 private:
  InputReader(const Logship::Options& options, cli::Io& io);
  void name_range(record::Batch& batch);

  const Logship::Options& options_;
  cli::Io& io_;
  std::unique_ptr<stream::Source> source_;
  record::StreamId stream_;
  std::uint64_t position_ = 0;
  bool was_small_ = false;
};

}  // namespace logmill::logship
