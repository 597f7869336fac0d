// Runs a query over the segments of a store.
//
// Blocks that cannot match by their times are not read; neither are those that a BlockPruner rules
// out. Rows come in the order of their times where the query asks for an order, and in that of the
// blocks otherwise.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/reporter.h"
#include "query/query.h"
#include "query/scan/block_table.h"
#include "query/scan/hidden_rows.h"
#include "query/scan/log_id_condition.h"
#include "store/reader.h"
#include "store/store_view.h"
#include "sys/stop.h"

namespace logmill::query {

struct ScanCounts {
  std::uint64_t segments = 0;
  std::uint64_t blocks = 0;
  std::uint64_t blocks_outside_time = 0;   // not read: by their times
  std::uint64_t blocks_ruled_out = 0;      // not read: by a pruner
  std::uint64_t blocks_outside_zones = 0;  // only their directory was read: by the least and greatest values in it, or its log_ids
  std::uint64_t blocks_not_needed = 0;     // not read: enough was found
  std::uint64_t blocks_read = 0;
  std::uint64_t bytes_read = 0;
  std::uint64_t blocks_counted = 0;  // not read: the footer had their counts
  std::uint64_t blocks_damaged = 0;
  std::uint64_t rows_damaged = 0;  // of those; some of them may have been looked at
  std::uint64_t rows_seen = 0, rows_matched = 0;

  ScanCounts& operator+=(const ScanCounts& other);
};

// How far a scan is, for whoever watches it from another thread.
struct ScanProgress {
  std::atomic<std::uint64_t> rows_seen = 0, rows_total = 0;
};

// Knows of blocks that hold no match: an index. Not knowing is fine, being wrong is not.
class BlockPruner {
 public:
  virtual ~BlockPruner() = default;
  virtual bool may_match(const store::SegmentReader& segment, std::size_t block) = 0;
};

class StoreScan {
 public:
  // All must outlive the scan. A block that cannot be read is reported, counted and left out.
  // `pruner` may be null.
  StoreScan(const Query& query, base::Reporter& reporter, const sys::Stop& stop, BlockPruner* pruner)
      : query_(query),
        reporter_(reporter),
        stop_(stop),
        pruner_(pruner),
        log_ids_(LogIdCondition::of(query.filter().expr())),
        shows_log_ids_(names_log_id(query)) {}

  // How many threads read blocks; 1 unless said. What comes out is the same.
  void use_threads(unsigned threads) { threads_ = threads; }
  // What stages of runs that it starts by itself may hold; without bound unless said. It must outlive the scan.
  void use_workspace(Workspace& workspace) { workspace_ = &workspace; }
  // For who does not mind in which order rows come, though the query would show them in that of their times: none are held back for that.
  void in_any_order() { any_order_ = true; }
  // Of a longer text only the beginning is held back with the row that is to come in its order; a character is whole.
  void hold_texts_up_to(std::size_t bytes) { held_text_bytes_max_ = bytes; }
  // For who asks for no `field_names`: those of fields that are stored together cost reading these, of each block, also where nothing
  // matches.
  void leave_out_field_names() { learns_field_names_ = false; }
  // Rows have the field log_id, by which they can be asked for again; so they have if the query names it.
  void show_log_ids() { shows_log_ids_ = true; }
  // Gets how much `run` is to look at, and adds what it has looked at. It must outlive the scan.
  void show_progress(ScanProgress& progress) { progress_ = &progress; }
  // Rows that are not to be seen of the segments that are added from now on. `hidden` must outlive the scan.
  void hide(const HiddenRows& hidden) { hidden_ = &hidden; }

  // `segment` must outlive the runs. All its rows, or those of `rows`, which are in order and
  // apart.
  void add(store::SegmentReader& segment);
  void add(store::SegmentReader& segment, std::span<const store::RowSpan> rows);

  // Sends all matching rows to the query's stages and what they give to `last`; does not finish it.
  base::Status run(Pipeline& pipeline);
  // Sends the `wanted` latest rows to `last`, in order of time; does not finish it. Of queries
  // whose stages look at each row by itself only.
  base::Status run_newest(std::uint64_t wanted, Stage& last);

  const ScanCounts& counts() const { return counts_; }
  // Names of fields that the blocks have which were read: for "did you mean".
  const std::vector<std::string>& field_names() const { return field_names_; }

 private:
  struct Block {
    store::SegmentReader* segment;
    std::size_t index;
    std::uint32_t first, last;  // which of its rows
    std::size_t sequence;       // as stored
    const HiddenRows* hidden;   // or nullptr
    store::BlockInfo info;
  };

  // A block that was read, and the rows of it that match.
  struct Found {
    bool was_read = false;
    bool decoded = false;  // any of its columns
    base::Status status;
    std::vector<std::uint32_t> selected;
    std::vector<std::string> names;  // of its columns
    std::unique_ptr<store::BlockReader> reader;
    std::unique_ptr<BlockTable> table;
  };

  static bool names_log_id(const Query& query);
  bool worth_reading(const store::SegmentReader& segment, std::size_t index);
  // May be called from several threads.
  Found find(const Block& block) const;
  base::Status select(const Block& block, Found& found) const;
  // Reads blocks_ ahead and calls `use(block, table, rows)` for one after the other, as long as
  // `go_on(block)` says so. Damage is counted here, other errors come back.
  template <class GoOn, class Use>
  base::Status read_all(GoOn go_on, Use use);
  base::Status as_stored(Pipeline& pipeline);
  base::Status in_time_order(Pipeline& pipeline);
  // Each thread runs the query over the blocks that it reads; what they come to is merged.
  base::Status in_shares(Pipeline& pipeline);
  // Adds what was found to the counts; its status.
  base::Status take(const Block& block, Found& found);
  // Blocks whose counts in the footer are all that is asked for are done with these.
  base::Status use_counts(Pipeline& pipeline);
  bool tolerate(const base::Error& error, std::uint64_t rows);

  const Query& query_;
  base::Reporter& reporter_;
  const sys::Stop& stop_;
  BlockPruner* pruner_;
  const std::optional<LogIdCondition> log_ids_;
  const HiddenRows* hidden_ = nullptr;
  ScanProgress* progress_ = nullptr;
  std::vector<Block> blocks_;
  unsigned threads_ = 1;
  bool any_order_ = false, learns_field_names_ = true, shows_log_ids_;
  Workspace* workspace_ = &Workspace::unbounded();
  std::size_t held_text_bytes_max_ = std::numeric_limits<std::size_t>::max();
  std::vector<std::string> field_names_;
  ScanCounts counts_;
};

}  // namespace logmill::query
