// Writes a sealed segment, block by block: what sealing a live segment and rewriting sealed ones
// have in common.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/worker_pool.h"
#include "record/batch.h"
#include "store/block_writer.h"
#include "store/footer.h"
#include "store/reader.h"
#include "store/sparse_rows.h"
#include "sys/file_system.h"

namespace logmill::store {

class ValueCounter;

// A block with as many rows is copied as it is: joining it with others would save 2 % of its bytes
// at most (measured: 12.4 bytes a record in blocks of 8 Ki rows, 11.7 in blocks of 64 Ki).
// So is one of as many bytes: few rows of huge texts.
inline constexpr std::uint32_t kFullBlockRows = 16'384;
inline constexpr std::uint64_t kFullBlockBytes = 1 << 20;

struct BuildOptions {
  int zstd_level = 1;
  std::uint64_t join_bytes = kJoinBytes;

  // Also one that would be most of what may be joined, once it is decoded.
  bool is_full(const BlockInfo& info) const {
    return info.rows >= kFullBlockRows || info.bytes >= kFullBlockBytes || info.raw_bytes >= join_bytes / 2;
  }
};

// Thread-compatible. Small blocks are joined into full ones; rows come out in the order in which
// they were added.
class SegmentBuilder {
 public:
  explicit SegmentBuilder(const BuildOptions& options) : options_(options), context_(options.zstd_level) {}
  explicit SegmentBuilder(int zstd_level) : SegmentBuilder(BuildOptions{.zstd_level = zstd_level}) {}

  // Writes to a new file, locked (OFD) as long as the builder lives: recovery removes files under
  // such names that nobody holds. A file that is there already is removed first.
  base::Status open(sys::FileSystem& fs, const std::string& path, base::TimeNs created);

  // Instead of `open`: goes on in a live segment, whose blocks stay where they are. What follows
  // them, a torn commit or the footer of an attempt that failed, is cut off.
  base::Status open_live(sys::FileSystem& fs, const std::string& path, std::span<const BlockInfo> blocks);
  // After a `finish` that failed: makes it a live segment again.
  base::Status cut_footer();

  // A whole block, as it lies in another segment.
  base::Status add_block(std::string_view bytes);
  // Its rows, to be joined with those before and after.
  base::Status add_rows(BlockReader& block);
  // Those whose flag is not zero; `kept` has one a row. The ranges of the others stay, as decided.
  base::Status add_rows(BlockReader& block, std::span<const std::uint8_t> kept);

  // What was added so far, encoded or not.
  std::uint64_t rows() const { return rows_added_; }

  // Writes the footer and syncs; the size of the file. Half of what is to be found out for the footer is
  // left to `helper`.
  base::Result<std::uint64_t> finish(std::vector<Frontier> frontiers, SegmentOrigin origin, base::WorkerPool& helper);

 private:
  std::size_t joined_rows() const { return sparse_rows_ ? sparse_rows_->rows() : rows_.rows(); }
  base::Status make_room(std::size_t rows);
  base::Status join(BlockReader& block);
  base::Status flush_rows();
  base::Status append_block_bytes(std::string_view bytes);
  void list_block(const BlockHeader& header, std::string head, std::uint64_t offset);
  base::Result<std::unique_ptr<BlockReader>> open_block(std::size_t index) const;
  // What the footer says of the values, beyond the blocks themselves.
  base::Status summarize(ValueCounter& counter, base::WorkerPool& helper);
  base::Status count_values(ValueCounter& counter) const;
  // Appends nothing before `counted` is there.
  base::Status append_filters(const std::future<base::Status>& counted);
  base::Status append(std::string_view bytes);
  // Writes it anew, in few bytes, if it is small enough.
  base::Status pack();

  const BuildOptions options_;
  EncodeContext context_;
  std::shared_ptr<sys::File> file_;  // shared with the readers that count its values
  std::uint64_t written_ = 0;
  std::uint64_t live_bytes_ = 0;  // of the segment that `open_live` found
  std::uint64_t rows_added_ = 0;
  // Of small blocks, to be joined: all in the one or, if the fields are very many, all in the
  // other.
  record::Batch rows_;
  std::unique_ptr<SparseRows> sparse_rows_;
  std::vector<BlockReader::RangeRows> ranges_;
  std::vector<std::uint32_t> selected_;
  Footer footer_;
};

}  // namespace logmill::store
