#include "store/segment_rewriter.h"

#include <algorithm>
#include <cstdlib>

#include "store/block_scanner.h"
#include "store/frontier_table.h"
#include "store/footer.h"
#include "store/packed_segment.h"
#include "store/segment_builder.h"
#include "store/segment_format.h"
#include "store/segment_header.h"
#include "store/store_layout.h"

namespace logmill::store {
namespace {

// "a" becomes "a-g1", "a-g1" becomes "a-g2": it sorts behind what it stands for, and nothing else
// has this name.
std::string next_generation(const std::string& id) {
  const std::size_t at = id.rfind("-g");
  if (at == std::string::npos) return id + "-g1";
  return id.substr(0, at + 2) + std::to_string(std::strtoull(id.c_str() + at + 2, nullptr, 10) + 1);
}

// A block without the columns that cannot be read.
class SalvagedBlock final : public BlockReader {
 public:
  SalvagedBlock(BlockReader& block, base::Reporter& reporter) : block_(block) {
    const auto lost = [&](const base::Error& error, std::string_view instead) {
      reporter.warn("salvage", error.what + ", " + std::string(instead));
      whole_ = false;
    };
    if (const auto times = block.times(); !times) lost(times.error(), "the first time of the block stands for all");
    if (const auto levels = block.levels(); !levels) lost(levels.error(), "left out");
    for (const std::string& name : block.column_names()) {
      const auto column = block.column(name);
      if (column)
        names_.push_back(name);
      else
        lost(column.error(), "left out");
      block.forget(name);
    }
  }
  // Nothing is lost.
  bool whole() const { return whole_; }
  const BlockInfo& info() const override { return block_.info(); }
  const std::vector<std::string>& column_names() override { return names_; }
  // Records are worth keeping also when only about their time is known.
  base::Result<const std::vector<base::TimeNs>*> times() override {
    if (const auto times = block_.times()) return *times;
    times_.assign(info().rows, info().time_min);
    return &times_;
  }
  base::Result<const std::vector<record::Severity>*> levels() override {
    if (const auto levels = block_.levels()) return *levels;
    levels_.assign(info().rows, record::Severity::none);
    return &levels_;
  }
  base::Result<const ColumnData*> column(std::string_view name) override {
    if (std::find(names_.begin(), names_.end(), name) == names_.end()) return static_cast<const ColumnData*>(nullptr);
    return block_.column(name);
  }
  void forget(std::string_view name) override { block_.forget(name); }
  const std::vector<RangeRows>& ranges() const override { return block_.ranges(); }
  std::vector<ColumnSummary> summaries() const override { return block_.summaries(); }
  std::vector<ColumnSummary> rare_summaries() override { return block_.rare_summaries(); }
  std::optional<ColumnSummary> summary(std::string_view name) override { return block_.summary(name); }
  base::Status verify() override { return {}; }

 private:
  BlockReader& block_;
  bool whole_ = true;
  std::vector<std::string> names_;
  std::vector<base::TimeNs> times_;
  std::vector<record::Severity> levels_;
};

bool head_holds(std::string_view block) {
  const auto header = parse_block_header(block);
  return header && block.size() == header->block_bytes() && checksum_holds(block, block.substr(kBlockHeaderBytes, header->directory_bytes));
}

class Rewriter {
 public:
  enum class Purpose { replace, move };  // a moved segment stays what it was

  Rewriter(sys::FileSystem& fs, const RewriteOptions& options, base::Reporter& reporter, Purpose purpose)
      : fs_(fs), options_(options), reporter_(reporter), purpose_(purpose), builder_(build_options(options)) {}

  // Writes all to `temporary`, complete and synced.
  base::Status write(const std::vector<std::string>& paths, const std::string& temporary) {
    auto written = write_all(paths, temporary);
    // What was written is worthless, and the error that matters is the one at hand.
    if (!written || (result.rows_after == 0 && purpose_ == Purpose::replace)) {
      [[maybe_unused]] const auto removed = fs_.remove(temporary);
    }
    return written;
  }

  Rewritten result;

 private:
  static BuildOptions build_options(const RewriteOptions& options) {
    return {.zstd_level = options.zstd_level, .join_bytes = options.join_bytes};
  }

  base::Status write_all(const std::vector<std::string>& paths, const std::string& temporary) {
    LOGMILL_RETURN_IF_ERROR(open_sources(paths));
    LOGMILL_RETURN_IF_ERROR(builder_.open(fs_, temporary, created_));
    for (const auto& source : sources_)
      if (auto taken = take_segment(*source); !taken) return std::move(taken).error().with_context("rewriting " + source->info().path);
    result.rows_after = builder_.rows();
    if (result.rows_after == 0 && purpose_ == Purpose::replace) return {};
    if (purpose_ == Purpose::move) origin_ = {{}, sources_.front()->origin().parts};
    base::WorkerPool alone(0);
    LOGMILL_ASSIGN_OR_RETURN(result.bytes_after, builder_.finish(result.frontiers, std::move(origin_), alone));
    return {};
  }

  base::Status open_sources(const std::vector<std::string>& paths) {
    FrontierTable frontiers;
    created_ = INT64_MAX;
    for (const std::string& path : paths) {
      LOGMILL_ASSIGN_OR_RETURN(auto source, open_segment(fs_, path, reporter_));
      if (!source->info().sealed) return base::Error{base::ErrorCode::invalid, path + ": not sealed"};
      LOGMILL_ASSIGN_OR_RETURN(const auto held, source->frontiers());
      frontiers.advance_all(held);
      result.rows_before += source->info().rows;
      result.bytes_before += source->info().bytes;
      origin_.replaces.push_back(source->info().id);
      LOGMILL_ASSIGN_OR_RETURN(const SegmentBytes bytes, open_segment_bytes(fs_, path));
      LOGMILL_ASSIGN_OR_RETURN(const std::string header, read_string_at(*bytes.file, 0, kSegmentHeaderBytes));
      created_ = std::min(created_, parse_segment_header(header).value_or(0));
      sources_.push_back(std::move(source));
    }
    result.segments = sources_.size();
    result.frontiers = frontiers.list();
    return {};
  }

  base::Status take_segment(SegmentReader& segment) {
    std::vector<SegmentOrigin::Part> parts = parts_of(segment);
    part_ = parts.begin();
    part_rows_left_ = part_->rows;
    LOGMILL_ASSIGN_OR_RETURN(const SegmentBytes bytes, open_segment_bytes(fs_, segment.info().path));
    for (std::size_t i = 0; i < segment.blocks().size(); ++i) {
      if (options_.stopped && options_.stopped()) return base::Error{base::ErrorCode::again, "stopped"};
      LOGMILL_RETURN_IF_ERROR(take_block(segment, i, *bytes.file));
    }
    for (SegmentOrigin::Part& part : parts) origin_.parts.push_back(std::move(part));
    return {};
  }

  base::Status take_block(SegmentReader& segment, std::size_t index, const sys::File& file) {
    const BlockInfo& info = segment.blocks()[index];
    LOGMILL_ASSIGN_OR_RETURN(const auto read, segment.read_block(index));
    std::optional<SalvagedBlock> salvaged;
    if (options_.salvage) salvaged.emplace(*read, reporter_);
    BlockReader& block = salvaged ? static_cast<BlockReader&>(*salvaged) : *read;
    Keep keep = Keep::all;
    if (options_.choose && info.rows > 0) {
      LOGMILL_ASSIGN_OR_RETURN(keep, options_.choose(segment, block, kept_));
    }
    count_parts(info.rows, keep);
    if (keep == Keep::some) return builder_.add_rows(block, kept_);
    const bool whole = !salvaged || salvaged->whole();
    if (options_.recompress || !build_options(options_).is_full(info) || !whole) return builder_.add_rows(block);
    LOGMILL_ASSIGN_OR_RETURN(const std::string bytes, read_string_at(file, info.offset, info.bytes));
    // The footer's copy of the head is what was read so far; the block's own may be damaged.
    return head_holds(bytes) ? builder_.add_block(bytes) : builder_.add_rows(block);
  }

  static std::vector<SegmentOrigin::Part> parts_of(const SegmentReader& segment) {
    std::uint64_t rows = 0;
    for (const SegmentOrigin::Part& part : segment.origin().parts) rows += part.rows;
    // Where damage took rows nobody knows of which part they were.
    if (rows == segment.info().rows && rows > 0) return segment.origin().parts;
    return {{segment.info().id, segment.info().rows}};
  }

  // Takes removed rows off the parts that they belong to.
  void count_parts(std::uint32_t rows, Keep keep) {
    for (std::uint32_t row = 0; row < rows;) {
      while (part_rows_left_ == 0) part_rows_left_ = (++part_)->rows;
      const auto here = static_cast<std::uint32_t>(std::min<std::uint64_t>(part_rows_left_, rows - row));
      part_rows_left_ -= here;
      if (keep == Keep::some) part_->rows -= static_cast<std::uint64_t>(std::count(kept_.begin() + row, kept_.begin() + row + here, 0));
      row += here;
    }
  }

  sys::FileSystem& fs_;
  const RewriteOptions& options_;
  base::Reporter& reporter_;
  Purpose purpose_;
  SegmentBuilder builder_;
  std::vector<std::unique_ptr<SegmentReader>> sources_;
  base::TimeNs created_ = 0;
  SegmentOrigin origin_;
  std::vector<std::uint8_t> kept_;
  std::vector<SegmentOrigin::Part>::iterator part_;  // that the next row belongs to
  std::uint64_t part_rows_left_ = 0;
};

// Step 3 and 4 of docs/formats/segment.md, Rewriting.
base::Status replace_segments(sys::FileSystem& fs, const std::string& renewed, const std::vector<std::string>& ids) {
  const std::string folder = sys::parent(renewed);
  for (const std::string& id : ids)
    for (const std::string_view suffix : {kSealedSuffix, kNewSuffix}) {
      const std::string path = sys::join(folder, id) + std::string(suffix);
      if (fs.info(path)) LOGMILL_RETURN_IF_ERROR(remove_segment(fs, path, Evidence::keep));
    }
  LOGMILL_RETURN_IF_ERROR(fs.sync_directory(folder));
  LOGMILL_RETURN_IF_ERROR(fs.rename(renewed, with_suffix(renewed, kSealedSuffix)));
  return fs.sync_directory(folder);
}

std::string temporary_name(const std::string& folder, const std::string& id) {
  return sys::join(folder, id) + std::string(kNewSuffix) + std::string(kTemporarySuffix);
}

}  // namespace

base::Result<Rewritten> rewrite_segments(sys::FileSystem& fs, const std::vector<std::string>& paths, const RewriteOptions& options,
                                         base::Reporter& reporter) {
  const std::string folder = sys::parent(paths.front());
  const std::string id = next_generation(segment_id(paths.front()));
  const std::string temporary = temporary_name(folder, id);
  Rewriter rewriter(fs, options, reporter, Rewriter::Purpose::replace);
  LOGMILL_RETURN_IF_ERROR(rewriter.write(paths, temporary));
  Rewritten result = std::move(rewriter.result);
  if (result.rows_after == 0) return result;
  const std::string renewed = sys::join(folder, id) + std::string(kNewSuffix);
  LOGMILL_RETURN_IF_ERROR(fs.rename(temporary, renewed));
  LOGMILL_RETURN_IF_ERROR(fs.sync_directory(folder));
  std::vector<std::string> ids;
  for (const std::string& path : paths) ids.push_back(segment_id(path));
  LOGMILL_RETURN_IF_ERROR(replace_segments(fs, renewed, ids));
  result.path = with_suffix(renewed, kSealedSuffix);
  return result;
}

base::Result<Rewritten> move_segment(sys::FileSystem& fs, const std::string& path, const std::string& folder, const RewriteOptions& options,
                                     base::Reporter& reporter) {
  LOGMILL_RETURN_IF_ERROR(fs.make_durable_directories(folder));
  const std::string temporary = temporary_name(folder, segment_id(path));
  Rewriter rewriter(fs, options, reporter, Rewriter::Purpose::move);
  LOGMILL_RETURN_IF_ERROR(rewriter.write({path}, temporary));
  Rewritten result = std::move(rewriter.result);
  result.path = sys::join(folder, segment_id(path)) + std::string(kSealedSuffix);
  LOGMILL_RETURN_IF_ERROR(fs.rename(temporary, result.path));
  LOGMILL_RETURN_IF_ERROR(fs.sync_directory(folder));
  LOGMILL_RETURN_IF_ERROR(remove_segment(fs, path, Evidence::keep));
  LOGMILL_RETURN_IF_ERROR(fs.sync_directory(sys::parent(path)));
  return result;
}

base::Status finish_rewrites(sys::FileSystem& fs, const std::string& store) {
  LOGMILL_ASSIGN_OR_RETURN(const auto files, list_partition_files(fs, store));
  for (const PartitionFile& file : files) {
    const std::string path = sys::join(sys::join(store, file.partition), file.name);
    if (file.name.ends_with(std::string(kNewSuffix) + std::string(kTemporarySuffix))) {
      LOGMILL_RETURN_IF_ERROR(fs.remove_if_there(path));
    } else if (file.name.ends_with(kSealedSuffix) && is_cold(store, path)) {
      const std::string hot = sys::join(sys::join(store, file.partition.substr(kColdName.size() + 1)), file.name);
      if (!fs.info(hot)) continue;
      LOGMILL_RETURN_IF_ERROR(remove_segment(fs, hot, Evidence::keep));
      LOGMILL_RETURN_IF_ERROR(fs.sync_directory(sys::parent(hot)));
    } else if (file.name.ends_with(kNewSuffix)) {
      const auto origin = read_origin(fs, path);
      if (origin) LOGMILL_RETURN_IF_ERROR(replace_segments(fs, path, origin->replaces));
    }
  }
  return {};
}

base::Status remove_segment(sys::FileSystem& fs, const std::string& path, Evidence evidence) {
  const std::string folder = sys::parent(path);
  LOGMILL_ASSIGN_OR_RETURN(const auto names, fs.list(folder));
  for (const std::string& name : names) {
    const std::string beside = sys::join(folder, name);
    if (beside == path || segment_id(name) != segment_id(path)) continue;
    if (evidence == Evidence::keep && name.ends_with(kDamagedSuffix)) continue;
    LOGMILL_RETURN_IF_ERROR(fs.remove_if_there(beside));
  }
  return fs.remove_if_there(path);
}

}  // namespace logmill::store
