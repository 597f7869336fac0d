#include "store/writer.h"

#include <algorithm>

#include "store/admission.h"
#include "store/block_writer.h"
#include "store/frontier_table.h"
#include "store/lane.h"
#include "store/range_list.h"
#include "store/recovery.h"
#include "store/sealer.h"
#include "store/segment_format.h"
#include "store/store_layout.h"

namespace logmill::store {
namespace {

// A batch with so many rows becomes a block as it is: copying it into a larger one would cost more than it saves.
constexpr std::size_t kDirectRows = kBlockRowsMax / 4;
// Encoded blocks beyond this are committed at once: a sync of more takes longer than a commit interval.
constexpr std::size_t kCommitBytes = 8 << 20;
// Ranges without records (a filter dropped them all) may wait longer: losing them costs only reading that input again.
constexpr std::int64_t kEmptyCommitNs = 10 * base::kNsPerSecond;
// After a seal that failed.
constexpr std::int64_t kRetryNs = 10 * base::kNsPerSecond;

}  // namespace

struct StoreWriter::State {
  sys::FileSystem& fs;
  std::string dir;
  WriterOptions options;
  const base::Clock& clock;
  base::Reporter& reporter;

  EncodeContext context;
  Lane lane;
  WriterCounters counters;
  std::optional<base::Error> failure;  // final

  // On the way: rows not yet encoded, then blocks not yet written. Together they are the next commit.
  record::Batch rows;
  std::vector<BlockReader::RangeRows> ranges;
  std::string blocks;
  std::uint64_t block_rows = 0, block_count = 0, block_raw_bytes = 0;
  std::optional<base::TimeNs> blocks_time_min;
  std::optional<std::int64_t> records_since, ranges_since;  // steady time of the first that waits

  FrontierTable appended, committed;
  std::vector<record::Range> uncommitted;

  std::uint64_t lane_rows = 0;
  std::int64_t next_seal_ns = 0;

  State(sys::FileSystem& fs_in, std::string dir_in, WriterOptions options_in, const base::Clock& clock_in,
        base::Reporter& reporter_in)
      : fs(fs_in),
        dir(std::move(dir_in)),
        options(options_in),
        clock(clock_in),
        reporter(reporter_in),
        context(options.zstd_level),
        lane(fs, dir, clock) {}

  base::Status open();
  base::Status append(const record::Batch& batch);
  base::Status commit();
  base::Status seal();

  base::Status make_room(const record::Batch& batch);
  base::Status take(const record::Batch& batch, const Share& share);
  base::Status encode_rows();
  base::Status encode(const record::Batch& batch, std::span<const BlockReader::RangeRows> batch_ranges);
  base::Status open_lane();
  void account_commit();
  bool seal_wanted() const;
  std::uint64_t waiting_bytes() const { return rows.text_bytes() + blocks.size(); }
};

base::Status StoreWriter::State::open() {
  LOGMILL_RETURN_IF_ERROR(fs.make_directories(dir));
  LOGMILL_ASSIGN_OR_RETURN(const RecoveryResult recovered,
                           recover_store(fs, dir, options.zstd_level, reporter));
  counters.segments_sealed = recovered.segments_sealed;
  if (recovered.segments_sealed > 0)
    reporter.info(dir + ": recovered " + std::to_string(recovered.records) + " records of " +
                  std::to_string(recovered.segments_sealed) + " unfinished segments");
  LOGMILL_ASSIGN_OR_RETURN(const auto frontiers, read_frontiers(fs, dir, reporter));
  appended.advance_all(frontiers);
  committed.advance_all(frontiers);
  return {};
}

// --- append ---

namespace {

// Whether a block can be made of the batch: afterwards nothing but the disk can fail.
base::Status check_storable(const record::Batch& batch) {
  if (batch.rows() > kBlockRowsMax || batch.text_bytes() > kColumnBytesMax / 2 ||
      batch.columns().size() > kColumnsMax / 2)
    return base::Error{base::ErrorCode::too_large, "a batch larger than a block"};
  std::size_t name_bytes = 0;
  for (const record::Column& column : batch.columns()) {
    if (column.name.size() > kColumnNameBytesMax)
      return base::Error{base::ErrorCode::too_large, "a field name of " + std::to_string(column.name.size()) + " bytes"};
    name_bytes += column.name.size();
  }
  if (name_bytes > kColumnNamesBytesMax) return base::Error{base::ErrorCode::too_large, "too many field names"};
  if (std::find(batch.times().begin(), batch.times().end(), record::kNoTime) != batch.times().end())
    return base::Error{base::ErrorCode::invalid, "a record without a time"};
  return {};
}

}  // namespace

base::Status StoreWriter::State::append(const record::Batch& batch) {
  if (failure) return *failure;
  LOGMILL_RETURN_IF_ERROR(check_storable(batch));
  LOGMILL_ASSIGN_OR_RETURN(const Share share, share_of(batch, appended));
  if (!share.nothing) {
    LOGMILL_RETURN_IF_ERROR(make_room(batch));
    LOGMILL_RETURN_IF_ERROR(take(batch, share));
  }
  counters.records_in += batch.rows();
  counters.records_repeated += share.first_row;
  return {};
}

// Encodes and writes what is in the way of the batch.
base::Status StoreWriter::State::make_room(const record::Batch& batch) {
  if (blocks.size() >= kCommitBytes || waiting_bytes() >= options.memory_bytes) LOGMILL_RETURN_IF_ERROR(commit());
  const bool crowded = rows.full() || rows.rows() + batch.rows() > kBlockRowsMax ||
                       rows.columns().size() + batch.columns().size() > kColumnsMax / 2 ||
                       (rows.rows() + batch.rows()) * (rows.columns().size() + batch.columns().size()) >
                           2 * record::Batch::kCellsMax;
  if (crowded) LOGMILL_RETURN_IF_ERROR(encode_rows());
  return {};
}

base::Status StoreWriter::State::take(const record::Batch& batch, const Share& share) {
  const std::size_t taken = batch.rows() - share.first_row;
  if (taken == 0 && !share.range.named()) return {};
  const BlockReader::RangeRows entry{share.range, static_cast<std::uint32_t>(taken)};
  if (rows.empty() && ranges.empty() && share.first_row == 0 && taken >= kDirectRows) {
    LOGMILL_RETURN_IF_ERROR(encode(batch, {&entry, 1}));
  } else {
    append_rows(rows, batch, share.first_row, batch.rows());
    add_range(ranges, entry);
  }
  const std::int64_t now = clock.steady_ns();
  if (taken > 0 && !records_since) records_since = now;
  if (!ranges_since) ranges_since = now;
  if (share.range.named()) {
    appended.advance(share.range);
    uncommitted.push_back(share.range);
  }
  return {};
}

base::Status StoreWriter::State::encode_rows() {
  if (ranges.empty()) return {};
  LOGMILL_RETURN_IF_ERROR(encode(rows, ranges));
  rows.clear();
  ranges.clear();
  return {};
}

base::Status StoreWriter::State::encode(const record::Batch& batch,
                                        std::span<const BlockReader::RangeRows> batch_ranges) {
  LOGMILL_ASSIGN_OR_RETURN(const BlockInfo info, append_block(batch, batch_ranges, context, blocks));
  ++block_count;
  block_rows += info.rows;
  block_raw_bytes += info.raw_bytes;
  if (info.rows > 0)
    blocks_time_min = std::min(blocks_time_min.value_or(info.time_min), info.time_min);
  return {};
}

// --- commit ---

base::Status StoreWriter::State::commit() {
  if (failure) return *failure;
  LOGMILL_RETURN_IF_ERROR(encode_rows());
  if (blocks.empty()) return {};
  LOGMILL_RETURN_IF_ERROR(open_lane());
  if (auto written = lane.append(blocks, options.sync != SyncPolicy::none); !written) {
    if (written.error().code != base::ErrorCode::again) failure = written.error();
    return written;
  }
  account_commit();
  if (seal_wanted()) {
    // The records are safe where they are: sealing is tried again later.
    if (auto sealed = seal(); !sealed) {
      if (failure) return *failure;
      reporter.warn("seal", sealed.error().what);
      next_seal_ns = clock.steady_ns() + kRetryNs;
    }
  }
  return {};
}

// A live segment for what is to be written. When all of it is of a later day than the one that is open, that one's day is over.
base::Status StoreWriter::State::open_lane() {
  const std::string partition = partition_name(blocks_time_min.value_or(clock.now()));
  if (lane.is_open() && blocks_time_min && partition > lane.partition() && clock.steady_ns() >= next_seal_ns) {
    if (auto sealed = seal_segment(fs, lane.path(), options.zstd_level, reporter); sealed) {
      ++counters.segments_sealed;
      counters.sealed_bytes += sealed->bytes;
      lane.release();
      lane_rows = 0;
    } else {
      reporter.warn("seal", sealed.error().what);
      next_seal_ns = clock.steady_ns() + kRetryNs;
    }
  }
  if (lane.is_open()) return {};
  return lane.open(partition);
}

void StoreWriter::State::account_commit() {
  ++counters.commits;
  counters.blocks += block_count;
  counters.records_committed += block_rows;
  counters.bytes_written += blocks.size();
  counters.raw_bytes += block_raw_bytes;
  lane_rows += block_rows;
  for (const record::Range& range : uncommitted) committed.advance(range);
  uncommitted.clear();
  blocks.clear();
  block_count = block_rows = block_raw_bytes = 0;
  blocks_time_min.reset();
  records_since.reset();
  ranges_since.reset();
}

bool StoreWriter::State::seal_wanted() const {
  if (!lane.is_open() || clock.steady_ns() < next_seal_ns) return false;
  return lane_rows >= options.seal_rows || lane.bytes() >= options.seal_bytes ||
         clock.steady_ns() - lane.opened_steady_ns() >= options.seal_age_ns;
}

// --- seal ---

base::Status StoreWriter::State::seal() {
  if (!lane.is_open()) return {};
  LOGMILL_ASSIGN_OR_RETURN(const SealResult sealed,
                           seal_segment(fs, lane.path(), options.zstd_level, reporter));
  lane.release();
  lane_rows = 0;
  ++counters.segments_sealed;
  counters.sealed_bytes += sealed.bytes;
  return {};
}

// --- the public face ---

StoreWriter::StoreWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
StoreWriter::~StoreWriter() = default;

base::Result<std::unique_ptr<StoreWriter>> StoreWriter::open(sys::FileSystem& fs, std::string dir,
                                                             WriterOptions options, const base::Clock& clock,
                                                             base::Reporter& reporter) {
  auto state = std::make_unique<State>(fs, std::move(dir), options, clock, reporter);
  LOGMILL_RETURN_IF_ERROR(state->open());
  return std::unique_ptr<StoreWriter>(new StoreWriter(std::move(state)));
}

base::Status StoreWriter::append(const record::Batch& batch) { return state_->append(batch); }

base::Status StoreWriter::commit() { return state_->commit(); }

std::optional<std::int64_t> StoreWriter::commit_due_ns() const {
  const bool at_once = state_->options.sync == SyncPolicy::each;
  if (at_once && state_->ranges_since) return state_->ranges_since;
  const std::int64_t interval = state_->options.commit_interval_ns;
  if (state_->records_since) return *state_->records_since + interval;
  if (state_->ranges_since) return *state_->ranges_since + std::max(interval, kEmptyCommitNs);
  return std::nullopt;
}

base::Status StoreWriter::tick() {
  const std::int64_t now = state_->clock.steady_ns();
  if (const auto due = commit_due_ns(); due && *due <= now) LOGMILL_RETURN_IF_ERROR(commit());
  if (state_->seal_wanted()) {
    if (auto sealed = seal(); !sealed) {
      if (state_->failure) return sealed;
      state_->reporter.warn("seal", sealed.error().what);
      state_->next_seal_ns = now + kRetryNs;
    }
  }
  return {};
}

base::Status StoreWriter::seal() {
  LOGMILL_RETURN_IF_ERROR(state_->commit());
  return state_->seal();
}

base::Status StoreWriter::close() {
  LOGMILL_RETURN_IF_ERROR(state_->commit());
  if (state_->options.seal_on_close) LOGMILL_RETURN_IF_ERROR(state_->seal());
  state_->lane.release();
  state_->failure = base::Error{base::ErrorCode::invalid, state_->dir + ": the writer is closed"};
  return {};
}

const WriterCounters& StoreWriter::counters() const { return state_->counters; }

std::optional<Frontier> StoreWriter::frontier(const record::StreamId& stream) const {
  return state_->committed.find(stream);
}

std::vector<Frontier> StoreWriter::frontiers() const { return state_->committed.list(); }

}  // namespace logmill::store
