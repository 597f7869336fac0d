// A plain text log that rotates: app.log, app-20261121T101500Z.log.zst, … Layout and crashes:
// docs/formats/flat.md.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/reporter.h"
#include "base/result.h"
#include "flat/archiver.h"
#include "flat/positions_log.h"
#include "flat/rotation_clock.h"
#include "record/batch.h"
#include "store/admission.h"
#include "store/frontier_table.h"
#include "store/writer.h"
#include "sys/file_system.h"

namespace logmill::flat {

struct FlatOptions {
  std::int64_t commit_interval_ns = 150 * base::kNsPerMs;
  store::SyncPolicy sync = store::SyncPolicy::interval;
  std::uint64_t rotate_bytes = 100 << 20;  // 0: never by size
  std::int64_t rotate_age_ns = 0;          // 0: never by age
  RotationClock rotate_at;
  ArchiverOptions archive;
};

struct FlatCounters {
  std::uint64_t records_in = 0;
  std::uint64_t records_committed = 0;
  std::uint64_t records_repeated = 0;  // dropped: the file had them already
  std::uint64_t bytes_written = 0;
  std::uint64_t rotations = 0;
};

// A record becomes its `raw` line if it has one, else a line of NDJSON. Rotation comes between two
// lines, by rename: a line is in one file, whole. Compression and retention run beside it.
//
// Batches with a named range are taken by the rule of docs/formats/delivery.md, their positions are
// kept beside the file, and a commit is in both or in neither, whatever crashes. One writer a file:
// it holds a lock. Thread-compatible.
class FlatWriter {
 public:
  // Takes back what an unfinished commit left, ends a last line that has no end. Fails with again
  // if another writer has the file. All references must outlive the writer.
  static base::Result<std::unique_ptr<FlatWriter>> open(sys::FileSystem& fs, std::string path, FlatOptions options,
                                                        const base::Clock& clock, base::Reporter& reporter);

  // Errors as StoreWriter's: on `again`, the disk is full or records are missing before this batch;
  // it was not taken, and nothing is lost.
  base::Status append(const record::Batch& batch);
  // On `again` nothing is lost: call it again.
  base::Status commit();
  std::optional<std::int64_t> commit_due_ns() const;
  base::Status tick();
  // Another program moved the file away: the next commit goes to a new one.
  void reopen() { reopen_wanted_ = true; }
  // Commits, and waits until what was rotated is compressed.
  base::Status close();
  const FlatCounters& counters() const { return counters_; }
  // How far the stream is committed.
  std::optional<store::Frontier> frontier(const record::StreamId& stream) const { return committed_.find(stream); }

 private:
  // What one commit writes: whole lines that fit a file.
  struct Part {
    std::string lines;
    std::uint64_t count = 0;
    std::vector<record::Range> ranges;  // that they decide
    std::uint64_t room = 0;             // more lines go to another part
  };

  FlatWriter(sys::FileSystem& fs, std::string path, FlatOptions options, const base::Clock& clock, base::Reporter& reporter);
  base::Status recover();
  base::Status open_file();
  base::Result<std::unique_ptr<sys::File>> open_locked();
  void begin_age(base::TimeNs begun);
  base::Status adopt_size(std::uint64_t bytes);
  base::Status look_at_file();
  void take(const record::Batch& batch, const store::Share& share);
  void add_range(record::Range range);
  void begin_part(std::size_t line_bytes);
  base::Status write_part(const Part& part);
  base::Status append_synced(std::string_view bytes);
  base::Status start_positions();
  void account_part(const Part& part);

  bool rotation_due(std::size_t next_bytes);
  base::Status prepare_file(std::size_t next_bytes);
  void move_away();
  base::Result<std::string> next_name() const;
  bool synced() const { return options_.sync != store::SyncPolicy::none; }

  sys::FileSystem& fs_;
  const std::string path_;
  const FlatOptions options_;
  const base::Clock& clock_;
  base::Reporter& reporter_;
  Archiver archiver_;

  std::unique_ptr<sys::File> file_;
  std::uint64_t file_inode_ = 0;
  std::uint64_t file_bytes_ = 0;  // whole commits and what other programs appended
  bool torn_ = false;             // more than file_bytes_ may be in the file
  bool moved_ = false;            // path_ does not name file_ any more
  bool reopen_wanted_ = false;
  bool settled_ = false;                                      // positions speak of file_; files before it may be compressed
  std::int64_t file_begun_ns_ = 0;                            // steady time
  base::TimeNs begun_ = 0, next_clock_rotation_ = INT64_MAX;  // wall time
  std::int64_t next_try_ns_ = 0;                              // of a rotation that failed; steady time

  std::deque<Part> parts_;       // not yet written
  std::size_t lines_bytes_ = 0;  // of all parts
  std::optional<std::int64_t> lines_since_, ranges_since_;

  PositionsLog positions_;
  store::FrontierTable appended_, committed_;
  bool positions_kept_ = false;  // some stream has a name
  bool positions_stale_ = true;  // they do not speak of file_ yet
  FlatCounters counters_;
};

}  // namespace logmill::flat
