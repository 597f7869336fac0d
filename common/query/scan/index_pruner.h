// Leaves out blocks with the filters of a sealed segment, and with the token index that lies beside
// it.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "base/reporter.h"
#include "index/index_file.h"
#include "query/scan/block_condition.h"
#include "query/scan/store_scan.h"
#include "sys/file_system.h"

namespace logmill::query {

// An index that cannot be used is reported once and its segment is read as if it had none.
class IndexPruner : public BlockPruner {
 public:
  // `fs` and `reporter` must outlive the pruner.
  IndexPruner(sys::FileSystem& fs, base::Reporter& reporter, const Expr& filter)
      : fs_(fs), reporter_(reporter), condition_(BlockCondition::of(filter)) {}

  bool may_match(const store::SegmentReader& segment, std::size_t block) override;

 private:
  index::BlockMask candidates(const store::SegmentReader& segment) const;
  // nullptr if there is none that can be used.
  std::unique_ptr<index::IndexFile> open_index(const store::SegmentReader& segment) const;

  sys::FileSystem& fs_;
  base::Reporter& reporter_;
  BlockCondition condition_;
  std::unordered_map<std::string, index::BlockMask> masks_;  // by path of the sealed segment
};

}  // namespace logmill::query
