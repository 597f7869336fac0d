// Where ingested records end: a store or a flat file. One interface, so that there is one loop.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "cli/io.h"
#include "logstore/logstore.h"
#include "record/batch.h"

namespace logmill::logstore {

struct TargetCounters {
  std::uint64_t records_in = 0, records_committed = 0, records_repeated = 0;
  std::uint64_t bytes_written = 0, raw_bytes = 0, sealed_bytes = 0;
};

// The contracts are those of store::StoreWriter. Thread-compatible.
class Target {
 public:
  virtual ~Target() = default;
  // May keep what it was given: `batch` is then another one, of use only for its capacity.
  // Unchanged on an error.
  virtual base::Status append(record::Batch& batch) = 0;
  virtual base::Status commit() = 0;
  virtual base::Status commit_soon() = 0;
  virtual std::optional<std::int64_t> commit_due_ns() const = 0;
  virtual base::Status tick() = 0;
  virtual base::Status reopen() = 0;  // SIGHUP
  virtual base::Status close() = 0;
  virtual TargetCounters counters() const = 0;
  // How far the stream is committed.
  virtual std::optional<store::Frontier> frontier(const record::StreamId& stream) const = 0;
};

base::Result<std::unique_ptr<Target>> open_flat_target(const Options& options, cli::Io& io);
// What the retention options ask of rotated files.
flat::Retention flat_retention(const Options& options);

base::Result<std::unique_ptr<Target>> open_target(const Options& options, cli::Io& io);

}  // namespace logmill::logstore
