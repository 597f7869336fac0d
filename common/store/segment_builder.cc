#include "store/segment_builder.h"

#include <numeric>

#include "store/block_reader.h"
#include "store/packed_segment.h"
#include "store/range_list.h"
#include "store/segment_format.h"
#include "store/segment_header.h"
#include "store/value_counter.h"

namespace logmill::store {
namespace {

// Of what may be joined: encoding rare fields takes as much again and more.
constexpr std::size_t kSparseShare = 2;

}  // namespace

base::Status SegmentBuilder::open(sys::FileSystem& fs, const std::string& path, base::TimeNs created) {
  LOGMILL_RETURN_IF_ERROR(fs.remove_if_there(path));
  LOGMILL_ASSIGN_OR_RETURN(file_, fs.open(path, sys::OpenMode::create));
  LOGMILL_ASSIGN_OR_RETURN(const bool locked, file_->try_lock());
  if (!locked) return base::Error{base::ErrorCode::again, path + ": another process writes it"};
  return append(make_segment_header(created));
}

base::Status SegmentBuilder::open_live(sys::FileSystem& fs, const std::string& path, std::span<const BlockInfo> blocks) {
  LOGMILL_ASSIGN_OR_RETURN(file_, fs.open(path, sys::OpenMode::append));
  for (const BlockInfo& block : blocks) {
    LOGMILL_ASSIGN_OR_RETURN(std::string head, read_string_at(*file_, block.offset, kBlockHeaderBytes));
    LOGMILL_ASSIGN_OR_RETURN(const BlockHeader header, parse_block_header(head));
    LOGMILL_ASSIGN_OR_RETURN(const std::string directory, read_string_at(*file_, block.offset + kBlockHeaderBytes, header.directory_bytes));
    list_block(header, head + directory, block.offset);
    rows_added_ += block.rows;
    live_bytes_ = block.offset + block.bytes;
  }
  written_ = live_bytes_;
  return cut_footer();
}

base::Status SegmentBuilder::cut_footer() {
  LOGMILL_ASSIGN_OR_RETURN(const sys::FileInfo stat, file_->info());
  return stat.size > live_bytes_ ? file_->truncate(live_bytes_) : base::Status();
}

base::Status SegmentBuilder::add_block(std::string_view bytes) {
  LOGMILL_RETURN_IF_ERROR(flush_rows());
  LOGMILL_RETURN_IF_ERROR(append_block_bytes(bytes));
  rows_added_ += footer_.blocks.back().info.rows;
  return {};
}

base::Status SegmentBuilder::add_rows(BlockReader& block) {
  LOGMILL_RETURN_IF_ERROR(make_room(block.info().rows));
  for (const BlockReader::RangeRows& entry : block.ranges()) add_stored_range(ranges_, entry);
  rows_added_ += block.info().rows;
  selected_.resize(block.info().rows);
  std::iota(selected_.begin(), selected_.end(), 0);
  return join(block);
}

base::Status SegmentBuilder::add_rows(BlockReader& block, std::span<const std::uint8_t> kept) {
  selected_.clear();
  for (std::uint32_t row = 0; row < kept.size(); ++row)
    if (kept[row] != 0) selected_.push_back(row);
  LOGMILL_RETURN_IF_ERROR(make_room(selected_.size()));
  std::size_t first = 0;
  for (const BlockReader::RangeRows& entry : block.ranges()) {
    add_kept_range(ranges_, entry, kept.subspan(first, entry.rows));
    first += entry.rows;
  }
  rows_added_ += selected_.size();
  return join(block);
}

// Its selected rows.
base::Status SegmentBuilder::join(BlockReader& block) {
  if (selected_.empty()) return {};
  if (!sparse_rows_ && block.column_names().size() + rows_.columns().size() > 2 * kColumnsOften) {
    sparse_rows_ = std::make_unique<SparseRows>();
    sparse_rows_->add(rows_, 0);
    rows_.clear();
  }
  if (sparse_rows_) return sparse_rows_->add(block, selected_);
  return append_block_rows(rows_, block, selected_);
}

base::Result<std::uint64_t> SegmentBuilder::finish(std::vector<Frontier> frontiers, SegmentOrigin origin, base::WorkerPool& helper) {
  LOGMILL_RETURN_IF_ERROR(flush_rows());
  footer_.frontiers = std::move(frontiers);
  footer_.origin = std::move(origin);
  ValueCounter counter;  // `footer_.counts` points into it
  if (written_ > kSmallBytes) LOGMILL_RETURN_IF_ERROR(summarize(counter, helper));
  LOGMILL_RETURN_IF_ERROR(append(make_footer(footer_, written_, options_.zstd_level)));
  if (live_bytes_ == 0 && written_ <= kPackedMax) LOGMILL_RETURN_IF_ERROR(pack());
  LOGMILL_RETURN_IF_ERROR(file_->sync());
  return written_;
}

base::Status SegmentBuilder::pack() {
  LOGMILL_ASSIGN_OR_RETURN(const std::string segment, read_string_at(*file_, 0, written_));
  const auto packed = pack_segment(segment);
  if (!packed) return {};
  LOGMILL_RETURN_IF_ERROR(file_->truncate(0));
  written_ = 0;
  return append(*packed);
}

base::Result<std::unique_ptr<BlockReader>> SegmentBuilder::open_block(std::size_t index) const {
  const ScannedBlock& block = footer_.blocks[index];
  LOGMILL_ASSIGN_OR_RETURN(BlockHead head, parse_head(block.head));
  return std::unique_ptr<BlockReader>(std::make_unique<FileBlockReader>(file_, "block " + std::to_string(index), block.info,
                                                                        block.info.offset + block.head.size(), std::move(head.directory)));
}

base::Status SegmentBuilder::summarize(ValueCounter& counter, base::WorkerPool& helper) {
  auto counted = helper.start([this, &counter](std::size_t) { return count_values(counter); });
  const base::Status appended = append_filters(counted);
  LOGMILL_RETURN_IF_ERROR(counted.get());
  LOGMILL_RETURN_IF_ERROR(appended);
  footer_.counts = counter.finish();
  return {};
}

base::Status SegmentBuilder::count_values(ValueCounter& counter) const {
  for (std::size_t i = 0; i < footer_.blocks.size(); ++i) {
    LOGMILL_ASSIGN_OR_RETURN(const auto block, open_block(i));
    LOGMILL_RETURN_IF_ERROR(counter.add_block(*block));
  }
  for (std::size_t i = 0; i < footer_.blocks.size(); ++i) {
    LOGMILL_ASSIGN_OR_RETURN(const auto block, open_block(i));
    counter.leave_out_rare(*block);
  }
  return {};
}

base::Status SegmentBuilder::append_filters(const std::future<base::Status>& counted) {
  MemberFilterBuilder builder(footer_.blocks.size(), [this](std::size_t index) { return open_block(index); });
  LOGMILL_ASSIGN_OR_RETURN(footer_.filters, builder.choose_columns());
  for (MemberFilter& filter : footer_.filters) {
    LOGMILL_ASSIGN_OR_RETURN(const std::string bits, builder.make_bits(filter));
    filter.offset = written_;
    counted.wait();  // it reads the file
    LOGMILL_RETURN_IF_ERROR(append(bits));
  }
  return {};
}

base::Status SegmentBuilder::make_room(std::size_t rows) {
  const bool full = sparse_rows_ ? sparse_rows_->memory_bytes() > options_.join_bytes / kSparseShare
                                 : rows_.full() || rows_.memory_bytes() > options_.join_bytes;
  return joined_rows() + rows > kBlockRowsMax || full ? flush_rows() : base::Status();
}

base::Status SegmentBuilder::flush_rows() {
  if (ranges_.empty()) return {};
  BlockColumns columns;
  sparse_rows_ ? columns.add(*sparse_rows_) : columns.add(rows_, 0);
  std::string bytes;
  if (auto block = append_block(columns, ranges_, context_, bytes); !block) return std::move(block).error();
  rows_.clear();
  sparse_rows_.reset();
  ranges_.clear();
  return append_block_bytes(bytes);
}

base::Status SegmentBuilder::append_block_bytes(std::string_view bytes) {
  LOGMILL_ASSIGN_OR_RETURN(const BlockHeader header, parse_block_header(bytes));
  list_block(header, std::string(bytes.substr(0, kBlockHeaderBytes + header.directory_bytes)), written_);
  return append(bytes);
}

void SegmentBuilder::list_block(const BlockHeader& header, std::string head, std::uint64_t offset) {
  footer_.blocks.push_back({.info = header.info(offset), .head = std::move(head)});
}

base::Status SegmentBuilder::append(std::string_view bytes) {
  written_ += bytes.size();
  return file_->append(bytes);
}

}  // namespace logmill::store
