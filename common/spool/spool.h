// Frames that wait on disk for a receiver: docs/formats/spool.md.
//
// Two threads may use it, the writer's and the reader's side one each; neither waits for the other while it is at the disk.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/reporter.h"
#include "base/result.h"
#include "codec/writer.h"
#include "record/batch.h"
#include "spool/segment.h"
#include "store/frontier_table.h"
#include "sys/file_system.h"

namespace logmill::spool {

struct SpoolOptions {
  std::uint64_t bytes_max = 1 << 30;
  codec::Compress compress = codec::Compress::yes;
  std::size_t streams_max = store::kStreamsMax;
};

class Spool {
 public:
  // Makes the folder if need be, and forgets what a crash left half-written. `again` if another program is at it. `fs` and `reporter`
  // must outlive the spool.
  static base::Result<std::unique_ptr<Spool>> open(sys::FileSystem& fs, std::string dir, SpoolOptions options, base::Reporter& reporter);

  // --- the writer's side ---

  // The sink rule: takes what is new of a batch with a named range, and returns how many rows were repeats. Changes `batch`. `again`:
  // records are missing before it.
  base::Result<std::size_t> append(record::Batch& batch);
  std::uint64_t uncommitted_bytes() const { return pending_.size(); }
  // What was appended is on stable storage and may be sent. On `again`, no space, nothing is lost: call it again.
  base::Status commit();
  // How far a stream was taken, committed or not, and how far all that are known were.
  std::optional<store::Frontier> frontier(const record::StreamId& stream) const { return taken_.find(stream); }
  std::vector<store::Frontier> frontiers() const { return taken_.list(); }
  // Waits at most so long for acknowledgements if the spool is full; whether there is room now.
  bool wait_for_room(int timeout_ms);
  // Commits, and with it how far all is acknowledged.
  base::Status close();

  // --- the reader's side ---

  struct Frame {
    std::string bytes;
    record::Range range;
    std::uint64_t records = 0;
    bool from_before = false;  // was in the spool when it was opened
  };
  // The oldest committed frame that was not given yet; nullopt: all are. Fails with corrupt.
  base::Result<std::optional<Frame>> next();
  // Of the frames given, the oldest need not be kept.
  void acknowledge_one();

  // Bytes of all segments.
  std::uint64_t bytes() const;
  // Whether every committed frame is acknowledged.
  bool drained() const;

 private:
  struct Segment {
    std::uint64_t number = 0;
    std::uint64_t bytes = 0;  // committed
  };
  Spool(sys::FileSystem& fs, std::string dir, SpoolOptions options, base::Reporter& reporter);
  base::Status lock();
  base::Status recover();
  base::Status take_last_segment(std::uint64_t number, const SegmentContent& content);
  base::Status begin_segment();
  base::Status write_pending(bool place_wanted);
  base::Status take_back(base::Error why);
  base::Result<bool> open_next_to_read(const Place& end);
  void remove_acknowledged();

  sys::FileSystem& fs_;
  const std::string dir_;
  const SpoolOptions options_;
  base::Reporter& reporter_;
  std::unique_ptr<sys::File> lock_;

  // The writer's.
  std::unique_ptr<codec::Writer> encoder_;
  std::unique_ptr<sys::File> file_;  // the last segment; null: the next commit begins one
  std::string pending_;              // frames
  std::vector<record::Range> pending_ranges_;
  store::FrontierTable taken_, committed_;
  Place marked_;  // what the last segment says is acknowledged

  // The reader's.
  std::unique_ptr<sys::File> read_file_;
  std::uint64_t read_number_ = 0;  // of read_file_
  Place end_at_open_;

  mutable std::mutex mutex_;  // guards all below
  std::condition_variable room_;
  std::deque<Segment> segments_;
  std::uint64_t bytes_ = 0;  // of segments_
  Place read_;               // where the reader goes on
  std::deque<Place> given_;  // ends of frames that are given and not acknowledged
  Place acknowledged_;
};

// Whether `path` is a folder with segments of a spool.
bool is_spool(sys::FileSystem& fs, const std::string& path);
// How far a spool holds each stream, also while it is written to. None if there is no spool.
base::Result<std::vector<store::Frontier>> read_frontiers(sys::FileSystem& fs, const std::string& dir);

}  // namespace logmill::spool
