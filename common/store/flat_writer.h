// A plain text log that rotates: app.log, app-20261121T101500Z.log.zst, …
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/reporter.h"
#include "base/result.h"
#include "codec/format.h"
#include "record/batch.h"
#include "store/writer.h"
#include "sys/file_system.h"

namespace logmill::store {

// Which rotated files stay. 0: no limit; the oldest go when any of these asks for it.
struct FlatRetention {
  std::int64_t keep_age_ns = 0;  // since it was rotated
  std::uint64_t keep_bytes = 0;
  std::uint64_t keep_count = 0;
  bool any() const { return keep_age_ns > 0 || keep_bytes > 0 || keep_count > 0; }
};

struct FlatOptions {
  std::int64_t commit_interval_ns = 200 * base::kNsPerMs;
  SyncPolicy sync = SyncPolicy::interval;
  std::uint64_t rotate_bytes = 100 << 20;  // 0: never by size
  std::int64_t rotate_age_ns = 0;          // 0: never by age
  codec::Container container = codec::Container::zstd;
  FlatRetention retention;
};

struct FlatCounters {
  std::uint64_t records_in = 0;
  std::uint64_t records_committed = 0;
  std::uint64_t bytes_written = 0;
  std::uint64_t rotations = 0;
};

// A record becomes its `raw` line if it has one, else a line of NDJSON. Rotation comes between two lines, by rename:
// a line is in one file, whole. A rotated file is compressed under a temporary name and replaced at once; what a crash
// interrupts is finished at the next start. Thread-compatible.
class FlatWriter {
 public:
  // A last line that a crash left unfinished is ended there: the next begins on a line of its own. All references must
  // outlive the writer.
  static base::Result<std::unique_ptr<FlatWriter>> open(sys::FileSystem& fs, std::string path, FlatOptions options,
                                                        const base::Clock& clock, base::Reporter& reporter);

  // Errors as StoreWriter's: on `again`, the disk is full, the batch was not taken and nothing is lost.
  base::Status append(const record::Batch& batch);
  base::Status commit();
  std::optional<std::int64_t> commit_due_ns() const;
  base::Status tick();
  // Another program moved the file away: goes on in a new one.
  base::Status reopen();
  base::Status close();
  const FlatCounters& counters() const { return counters_; }

 private:
  FlatWriter(sys::FileSystem& fs, std::string path, FlatOptions options, const base::Clock& clock,
             base::Reporter& reporter);
  base::Status open_file();
  base::Status rotate();
  base::Status rotate_if_due(std::size_t next_bytes);
  // Compresses what was rotated and not yet compressed, deletes what is not to be kept.
  base::Status tend_rotated();
  base::Status compress(const std::string& path);
  base::Status write_compressed(const std::string& path, const std::string& temporary);
  base::Status delete_surplus();
  std::vector<std::string> rotated_files();  // oldest first
  std::string rotated_name(base::TimeNs time, unsigned attempt) const;

  sys::FileSystem& fs_;
  std::string path_;
  FlatOptions options_;
  const base::Clock& clock_;
  base::Reporter& reporter_;
  std::unique_ptr<sys::File> file_;
  std::uint64_t file_bytes_ = 0;
  std::int64_t file_opened_ns_ = 0;
  std::string lines_;             // not yet written; whole lines
  std::uint64_t lines_count_ = 0;
  std::optional<std::int64_t> lines_since_;
  FlatCounters counters_;
};

}  // namespace logmill::store
