#include "logindex/build_index.h"

#include "index/block_keys.h"
#include "index/index_writer.h"
#include "store/reader.h"

namespace logmill::logindex {
namespace {

base::Status add_block(store::BlockReader& block, index::BlockKeys& keys) {
  LOGMILL_ASSIGN_OR_RETURN(const auto* levels, block.levels());
  std::array<bool, record::kSeverities> seen{};
  for (const record::Severity level : *levels) seen[static_cast<std::size_t>(level)] = true;
  for (std::size_t level = 0; level < seen.size(); ++level)
    if (seen[level]) keys.add(static_cast<record::Severity>(level));
  for (const std::string& name : block.column_names()) {
    LOGMILL_ASSIGN_OR_RETURN(const store::ColumnData* column, block.column(name));
    if (!column) continue;
    for (const record::Value& value : column->values) keys.add(name, value);
  }
  return {};
}

}  // namespace

base::Result<std::string> build_index(sys::FileSystem& fs, const std::string& segment_path, const sys::Stop& stop,
                                      base::Reporter& reporter) {
  LOGMILL_ASSIGN_OR_RETURN(index::SegmentStamp stamp, index::stamp_segment(fs, segment_path));
  LOGMILL_ASSIGN_OR_RETURN(const auto segment, store::open_segment(fs, segment_path, reporter));
  if (segment->info().damaged_blocks > 0) return base::Error{base::ErrorCode::corrupt, segment_path + ": has damaged blocks"};
  index::IndexWriter writer(std::move(stamp));
  index::BlockKeys keys;
  for (std::size_t i = 0; i < segment->blocks().size(); ++i) {
    if (stop.requested()) return base::Error{base::ErrorCode::again, "stopped"};
    LOGMILL_ASSIGN_OR_RETURN(const auto block, segment->read_block(i));
    LOGMILL_RETURN_IF_ERROR(add_block(*block, keys));
    writer.add_block(keys.take(), segment->blocks()[i].bytes);
  }
  return writer.finish();
}

}  // namespace logmill::logindex
