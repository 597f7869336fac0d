// Puts encoded blocks into a writer's live segment, one commit after the other, and seals what is
// full.
//
// A commit is one write and one sync. The sync, and sealing, run on threads of their own if the
// writer has any, so that the next blocks are encoded meanwhile. Few segments are sealed or wait for
// it at a time. One thread owns the committer.
#pragma once

#include <cstdint>
#include <deque>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/worker_pool.h"
#include "store/encode_queue.h"
#include "store/frontier_table.h"
#include "store/lane.h"
#include "store/recovery.h"
#include "store/sealer.h"
#include "store/writer.h"

namespace logmill::store {

inline BuildOptions build_options(const WriterOptions& options) {
  return {.zstd_level = options.zstd_level, .join_bytes = options.join_bytes};
}

class Committer {
 public:
  Committer(sys::FileSystem& fs, const std::string& store, const WriterOptions& options, const base::Clock& clock, base::Reporter& reporter,
            WriterCounters& counters);

  // Writes the first `count` blocks as one commit and starts its sync; what of them must be kept
  // until then is copied. Waits for the commit before. On `again` nothing was written.
  base::Status begin(const std::deque<EncodeQueue::Block>& blocks, std::size_t count);
  // Whether a commit waits for its sync.
  bool busy() const { return commit_.has_value(); }
  // Waits for the sync, if one is on its way: then the commit counts.
  base::Status finish();
  // Takes note of what has ended since. Fails only if a commit did; of a seal that failed it warns.
  base::Status collect();

  bool seal_wanted() const;
  // Whether a segment is being sealed, or recovered.
  bool sealing() const { return !sealing_.empty() || recovery_.valid(); }
  // Starts to seal the live segment, if there is one; waits if too many are being sealed.
  base::Status seal();
  // When it is time, tries again what could not be sealed, and seals what writers left that crashed
  // since.
  void tend();
  // Waits until everything that was to be sealed is; fails if something could not.
  base::Status finish_seals();
  // Leaves the live segment to the next writer.
  void release() { lane_.reset(); }

  const FrontierTable& committed() const { return committed_; }
  FrontierTable& committed() { return committed_; }

 private:
  struct Commit {  // written, not yet synced
    std::future<base::Status> sync;
    std::uint64_t blocks = 0, rows = 0, bytes = 0, raw_bytes = 0;
    std::vector<record::Range> ranges;
  };
  struct Sealing {
    std::unique_ptr<Lane> lane;                    // whose lock is held until it is sealed
    std::future<base::Result<SealResult>> sealed;  // not valid: to be tried again
    std::int64_t retry_ns = 0;
  };
  base::Status open_lane(std::optional<base::TimeNs> time_min);
  void wait_for_seals();
  void start_seal(Sealing& sealing);
  base::Status finish_seal(Sealing& sealing);
  void collect_recovery();

  sys::FileSystem& fs_;
  const std::string& store_;
  const WriterOptions& options_;
  const base::Clock& clock_;
  base::Reporter& reporter_;
  WriterCounters& counters_;
  FrontierTable committed_;
  std::unique_ptr<Lane> lane_;
  std::uint64_t lane_rows_ = 0, lane_blocks_ = 0;
  base::TimeNs last_lane_ = 0;
  std::string commit_bytes_;
  std::optional<Commit> commit_;
  std::deque<Sealing> sealing_;
  std::future<base::Result<RecoveryResult>> recovery_;
  std::int64_t next_recovery_ns_;
  base::WorkerPool sync_pool_, seal_helper_, seal_pool_;  // last: they end before what their tasks use
};

}  // namespace logmill::store
