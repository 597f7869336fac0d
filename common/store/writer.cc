#include "store/writer.h"

#include <algorithm>

#include "store/admission.h"
#include "store/committer.h"
#include "store/deletion_watch.h"
#include "store/encode_queue.h"
#include "store/recovery.h"
#include "store/segment_format.h"
#include "sys/heap.h"

namespace logmill::store {
namespace {

// A block is made of so many rows, or of a quarter of the memory. In blocks of 64 Ki rows a record
// takes 1 % less, and twice the memory on its way.
constexpr std::size_t kFullRows = kBlockRowsMax / 2;
constexpr std::size_t kBlocksInMemory = 4;
// Encoded blocks beyond this are committed at once: a sync of more takes longer than a commit
// interval.
constexpr std::size_t kCommitBytes = 8 << 20;
// Ranges without records (a filter dropped them all) may wait longer: losing them costs only
// reading that input again.
constexpr std::int64_t kEmptyCommitNs = 10 * base::kNsPerSecond;

// Whether a block can be made of the batch: afterwards nothing but the disk can fail.
base::Status check_storable(const record::Batch& batch) {
  if (batch.rows() > kBlockRowsMax || batch.text_bytes() > kColumnBytesMax / 2 || batch.columns().size() > kColumnsMax / 2)
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

// Rows are gathered, then encoded, then committed: each in order, so that what is committed is
// always all that was appended up to some point.
struct StoreWriter::State {
  sys::FileSystem& fs;
  std::string dir;
  WriterOptions options;
  const base::Clock& clock;
  base::Reporter& reporter;

  WriterCounters counters;
  std::optional<base::Error> failure;  // final
  FrontierTable appended;
  std::unique_ptr<BlockRows> gathered;
  EncodeQueue queue;
  Committer committer;
  DeletionWatch deletions;
  bool deletion_waits = false;  // for the live segment to be sealed

  State(sys::FileSystem& fs_in, std::string dir_in, WriterOptions options_in, const base::Clock& clock_in, base::Reporter& reporter_in)
      : fs(fs_in),
        dir(std::move(dir_in)),
        options(options_in),
        clock(clock_in),
        reporter(reporter_in),
        queue(options.threads, options.zstd_level),
        committer(fs, dir, options, clock, reporter, counters),
        deletions(fs, dir) {
    gathered = std::make_unique<BlockRows>();
  }

  base::Status open();
  template <class AnyBatch>
  base::Status append(AnyBatch&& batch);
  base::Status commit();
  base::Status commit_soon();
  base::Status commit_due(std::int64_t now);
  base::Status seal();

  base::Status make_room(const record::Batch& batch);
  void take(const record::Batch& batch, const Share& share);
  void take(record::Batch&& batch, const Share& share);
  base::Status submit();
  base::Status wait_for_memory(std::uint64_t of_ours, std::uint64_t of_all);
  void give_back();
  base::Status begin_commit();
  base::Status collect();
  // Remembers an error after which the writer is of no more use.
  base::Status final_unless_again(base::Status status);
  std::optional<std::int64_t> due_ns(const BlockRows& rows) const;
  std::optional<std::int64_t> due_ns() const;
  std::size_t block_bytes_max() const { return std::min(options.block_bytes, options.memory_bytes / kBlocksInMemory); }
  // Whether there is not so much more, of what is ours or of all.
  bool crowded(std::uint64_t of_ours, std::uint64_t of_all) const;
  std::uint64_t memory_bytes() const { return gathered->memory_bytes() + queue.memory_bytes(); }
};

base::Status StoreWriter::State::open() {
  LOGMILL_RETURN_IF_ERROR(fs.make_directories(dir));
  LOGMILL_ASSIGN_OR_RETURN(const RecoveryResult recovered, recover_store(fs, dir, build_options(options), reporter));
  counters.segments_sealed = recovered.segments_sealed;
  if (recovered.segments_sealed > 0)
    reporter.info(dir + ": recovered " + std::to_string(recovered.records) + " records of " + std::to_string(recovered.segments_sealed) +
                  " unfinished segments");
  LOGMILL_ASSIGN_OR_RETURN(const auto frontiers, read_frontiers(fs, dir, reporter));
  appended.advance_all(frontiers);
  committer.committed().advance_all(frontiers);
  return {};
}

base::Status StoreWriter::State::final_unless_again(base::Status status) {
  if (!status && status.error().code != base::ErrorCode::again) failure = status.error();
  return status;
}

// --- append ---

template <class AnyBatch>
base::Status StoreWriter::State::append(AnyBatch&& batch) {
  if (failure) return *failure;
  LOGMILL_RETURN_IF_ERROR(check_storable(batch));
  LOGMILL_ASSIGN_OR_RETURN(const Share share, share_of(batch, appended));
  const std::size_t rows = batch.rows();
  if (!share.nothing) {
    LOGMILL_RETURN_IF_ERROR(make_room(batch));
    if (share.first_row < rows || share.range.named()) take(std::forward<AnyBatch>(batch), share);
    appended.advance(share.range);
  }
  counters.records_in += rows;
  counters.records_repeated += share.first_row;
  if (gathered->rows() >= kFullRows || gathered->memory_bytes() >= block_bytes_max()) return submit();
  return {};
}

// Encodes and writes what is in the way of the batch.
base::Status StoreWriter::State::make_room(const record::Batch& batch) {
  LOGMILL_RETURN_IF_ERROR(collect());
  if (queue.encoded_bytes() >= kCommitBytes) LOGMILL_RETURN_IF_ERROR(begin_commit());
  if (!gathered->has_room_for(batch)) LOGMILL_RETURN_IF_ERROR(submit());
  const std::size_t more = batch.memory_bytes();  // which are there already
  queue.trim_spent(options.memory_bytes - std::min<std::uint64_t>(options.memory_bytes, gathered->memory_bytes() + more));
  LOGMILL_RETURN_IF_ERROR(wait_for_memory(more, 0));
  // Neither rows that wait for more nor blocks that wait for the interval may be what fills the
  // memory.
  if (memory_bytes() == 0 || !crowded(more, 0)) return {};
  LOGMILL_RETURN_IF_ERROR(commit());
  give_back();
  return {};
}

// What is kept for later, or lies between what is needed: something else is about to take much.
void StoreWriter::State::give_back() {
  if (options.process_bytes == 0) return;
  queue.trim_spent(0);
  sys::give_back_free_heap();
}

// Waits for blocks that are being encoded until there is so much, or none of them left.
base::Status StoreWriter::State::wait_for_memory(std::uint64_t of_ours, std::uint64_t of_all) {
  while (crowded(of_ours, of_all) && queue.encoded_blocks() < queue.size()) {
    LOGMILL_RETURN_IF_ERROR(final_unless_again(queue.wait(1)));
    if (options.process_bytes > 0 && crowded(of_ours, of_all)) sys::give_back_free_heap();
  }
  return {};
}

// What is being encoded or sealed has not yet taken all that it will.
bool StoreWriter::State::crowded(std::uint64_t of_ours, std::uint64_t of_all) const {
  if (memory_bytes() + of_ours > options.memory_bytes) return true;
  if (options.process_bytes == 0) return false;
  const std::uint64_t to_come = of_all + queue.making_bytes() + (committer.sealing() ? options.join_bytes : 0);
  return sys::resident_bytes() + to_come > options.process_bytes;
}

void StoreWriter::State::take(const record::Batch& batch, const Share& share) {
  gathered->copy(batch, share.first_row, share.range, clock.steady_ns());
}

void StoreWriter::State::take(record::Batch&& batch, const Share& share) {
  gathered->take(std::move(batch), share.first_row, share.range, clock.steady_ns());
}

base::Status StoreWriter::State::submit() {
  if (gathered->empty()) return {};
  const std::size_t making = gathered->making_bytes();
  LOGMILL_RETURN_IF_ERROR(wait_for_memory(making, making));
  queue.submit(std::exchange(gathered, std::make_unique<BlockRows>()), making);
  return {};
}

// --- commit ---

base::Status StoreWriter::State::collect() {
  LOGMILL_RETURN_IF_ERROR(final_unless_again(queue.collect()));
  return final_unless_again(committer.collect());
}

// What is encoded. With threads it counts once `collect` finds it synced.
base::Status StoreWriter::State::begin_commit() {
  const std::size_t blocks = queue.encoded_blocks();
  if (blocks == 0) return {};
  LOGMILL_RETURN_IF_ERROR(final_unless_again(committer.begin(queue.blocks(), blocks)));
  queue.pop(blocks);
  return {};
}

base::Status StoreWriter::State::commit() {
  if (failure) return *failure;
  LOGMILL_RETURN_IF_ERROR(submit());
  LOGMILL_RETURN_IF_ERROR(final_unless_again(queue.wait(queue.size())));
  LOGMILL_RETURN_IF_ERROR(begin_commit());
  LOGMILL_RETURN_IF_ERROR(final_unless_again(committer.finish()));
  return committer.seal_wanted() ? seal() : base::Status();
}

base::Status StoreWriter::State::commit_soon() {
  if (failure) return *failure;
  LOGMILL_RETURN_IF_ERROR(collect());
  if (committer.busy()) return {};
  if (queue.empty()) LOGMILL_RETURN_IF_ERROR(submit());
  return begin_commit();
}

// Only what has waited for so long: at a high rate the block that is being gathered has not.
base::Status StoreWriter::State::commit_due(std::int64_t now) {
  const auto is_due = [&](const BlockRows& rows) { return due_ns(rows).value_or(now + 1) <= now; };
  if (is_due(*gathered)) LOGMILL_RETURN_IF_ERROR(submit());
  std::size_t due = queue.size();
  while (due > 0 && !is_due(*queue.blocks()[due - 1].rows)) --due;
  if (due == 0) return {};
  if (due > queue.encoded_blocks()) LOGMILL_RETURN_IF_ERROR(final_unless_again(queue.wait(due - queue.encoded_blocks())));
  LOGMILL_RETURN_IF_ERROR(begin_commit());
  return collect();
}

std::optional<std::int64_t> StoreWriter::State::due_ns(const BlockRows& rows) const {
  if (options.sync == SyncPolicy::each) return rows.ranges_since();
  if (rows.records_since()) return *rows.records_since() + options.commit_interval_ns;
  if (rows.ranges_since()) return *rows.ranges_since() + std::max(options.commit_interval_ns, kEmptyCommitNs);
  return std::nullopt;
}

std::optional<std::int64_t> StoreWriter::State::due_ns() const {
  std::optional<std::int64_t> due = due_ns(*gathered);
  for (const EncodeQueue::Block& block : queue.blocks())
    if (const auto of_block = due_ns(*block.rows)) due = std::min(due.value_or(*of_block), *of_block);
  return due;
}

// --- seal ---

base::Status StoreWriter::State::seal() {
  LOGMILL_RETURN_IF_ERROR(wait_for_memory(0, options.join_bytes));
  give_back();
  LOGMILL_RETURN_IF_ERROR(final_unless_again(committer.seal()));
  return collect();
}

// --- the public face ---

StoreWriter::StoreWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
StoreWriter::~StoreWriter() = default;

base::Result<std::unique_ptr<StoreWriter>> StoreWriter::open(sys::FileSystem& fs, std::string dir, WriterOptions options,
                                                             const base::Clock& clock, base::Reporter& reporter) {
  auto state = std::make_unique<State>(fs, std::move(dir), options, clock, reporter);
  LOGMILL_RETURN_IF_ERROR(state->open());
  return std::unique_ptr<StoreWriter>(new StoreWriter(std::move(state)));
}

base::Status StoreWriter::append(const record::Batch& batch) { return state_->append(batch); }

base::Status StoreWriter::append(record::Batch&& batch) { return state_->append(std::move(batch)); }

record::Batch StoreWriter::take_spent() { return state_->queue.take_spent(); }

base::Status StoreWriter::commit() { return state_->commit(); }

base::Status StoreWriter::commit_soon() { return state_->commit_soon(); }

std::optional<std::int64_t> StoreWriter::commit_due_ns() const { return state_->due_ns(); }

base::Status StoreWriter::tick() {
  if (state_->failure) return *state_->failure;
  LOGMILL_RETURN_IF_ERROR(state_->collect());
  const std::int64_t now = state_->clock.steady_ns();
  if (state_->due_ns().value_or(now + 1) <= now) LOGMILL_RETURN_IF_ERROR(state_->commit_due(now));
  if (state_->committer.seal_wanted()) LOGMILL_RETURN_IF_ERROR(state_->seal());
  if (state_->deletions.asked(now)) state_->deletion_waits = true;
  if (state_->deletion_waits) {
    LOGMILL_RETURN_IF_ERROR(seal());
    state_->deletion_waits = false;
  }
  state_->committer.tend();
  return {};
}

base::Status StoreWriter::seal() {
  LOGMILL_RETURN_IF_ERROR(state_->commit());
  return state_->seal();
}

base::Status StoreWriter::close() {
  LOGMILL_RETURN_IF_ERROR(state_->commit());
  if (state_->options.seal_on_close) LOGMILL_RETURN_IF_ERROR(state_->seal());
  LOGMILL_RETURN_IF_ERROR(state_->committer.finish_seals());
  state_->committer.release();
  state_->failure = base::Error{base::ErrorCode::invalid, state_->dir + ": the writer is closed"};
  return {};
}

const WriterCounters& StoreWriter::counters() const { return state_->counters; }

std::optional<Frontier> StoreWriter::frontier(const record::StreamId& stream) const { return state_->committer.committed().find(stream); }

std::vector<Frontier> StoreWriter::frontiers() const { return state_->committer.committed().list(); }

}  // namespace logmill::store
