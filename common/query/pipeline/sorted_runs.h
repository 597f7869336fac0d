// Rows that do not fit into memory: sorted runs in unlinked temporary files, merged to the end.
//
// A run is a sequence of chunks, each the payload of a frame (docs/formats/frame.md) of at most
// kChunkRows rows; where they lie is kept in memory. Runs are merged kFanIn at a time, neighbours
// only, so that rows that compare equal stay in the order in which they came.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/out_buffer.h"
#include "query/pipeline/row_order.h"
#include "query/pipeline/workspace.h"
#include "record/batch.h"

namespace logmill::query {

// Thread-compatible.
class SortedRuns {
 public:
  static constexpr std::size_t kFanIn = 16;
  static constexpr std::size_t kChunkRows = 512;
  static constexpr std::size_t kChunkTextBytes = 64 << 10;  // a chunk ends with the row that reaches it

  SortedRuns(std::vector<SortKey> keys, const Workspace& workspace) : keys_(std::move(keys)), workspace_(workspace) {}

  const std::vector<SortKey>& keys() const { return keys_; }
  bool empty() const { return runs_.empty(); }

  // A run: begun, then rows in their order, then ended.
  base::Status begin();
  base::Status append(const record::Batch& batch, std::span<const std::uint32_t> rows);
  base::Status end();

  // Takes in the runs of `other`, which keeps them too.
  void share(const SortedRuns& other);

  // All rows in order, some at a time: `use` says whether to go on.
  using Use = std::function<base::Result<bool>(const record::Batch&)>;
  base::Status merge(const Use& use);

 private:
  struct Chunk {
    std::uint64_t offset;
    std::uint32_t bytes, rows;
  };
  struct Run {
    std::unique_ptr<sys::File> file;
    std::uint64_t bytes = 0;
    unsigned level = 0;  // how often its rows were merged
    std::vector<Chunk> chunks;
  };
  // Never changed once ended; shared by whoever merges the rows of several.
  using Runs = std::vector<std::shared_ptr<const Run>>;
  class Cursor;

  base::Status merge_runs(std::span<const std::shared_ptr<const Run>> runs, const Use& use) const;
  base::Status merge_last();
  bool last_are_of_one_level() const;

  std::vector<SortKey> keys_;
  const Workspace& workspace_;
  Runs runs_;
  std::shared_ptr<Run> open_;
  base::OutBuffer payload_;
};

}  // namespace logmill::query
