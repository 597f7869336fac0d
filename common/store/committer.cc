#include "store/committer.h"

#include <algorithm>
#include <string_view>

#include "store/store_layout.h"

namespace logmill::store {
namespace {

// After a seal that failed.
constexpr std::int64_t kRetryNs = 10 * base::kNsPerSecond;
// One is being sealed, and one waits: who fills segments faster waits for the oldest.
constexpr std::size_t kSealingMax = 2;
// Between two looks at what other writers left: a listing of the store. What they left can be read
// meanwhile.
constexpr std::int64_t kRecoveryNs = 60 * base::kNsPerSecond;
// More than usual, of the memory in which a commit is put together, is given back.
constexpr std::size_t kCommitBytesKept = 4 << 20;
// What is larger is written from where it is, all else is put together before: a write costs as much as copying some of it.
constexpr std::size_t kLargePieceBytes = 1 << 20;

// The blocks of a commit in the order of the file.
class CommitPieces {
 public:
  // Keeps in `copies` what it puts together.
  explicit CommitPieces(std::string& copies) : copies_(copies) { copies_.clear(); }
  // The block must outlive what `list` returns.
  void add(const EncodedBlock& block) {
    const std::size_t before = copies_.size();
    append_head(copies_, block, bytes_);
    bytes_ += copies_.size() - before;
    for (const std::string& chunk : block.chunks) {
      bytes_ += chunk.size();
      if (chunk.size() < kLargePieceBytes)
        copies_ += chunk;
      else
        large_.push_back({copies_.size(), chunk});
    }
  }
  std::uint64_t bytes() const { return bytes_; }
  std::vector<std::string_view> list() const {
    std::vector<std::string_view> pieces;
    std::size_t from = 0;
    for (const Large& large : large_) {
      if (large.behind > from) pieces.push_back(std::string_view(copies_).substr(from, large.behind - from));
      pieces.push_back(large.bytes);
      from = large.behind;
    }
    if (copies_.size() > from) pieces.push_back(std::string_view(copies_).substr(from));
    return pieces;
  }

 private:
  struct Large {
    std::size_t behind;  // so many of the copies
    std::string_view bytes;
  };
  std::string& copies_;
  std::vector<Large> large_;
  std::uint64_t bytes_ = 0;
};

}  // namespace

Committer::Committer(sys::FileSystem& fs, const std::string& store, const WriterOptions& options, const base::Clock& clock,
                     base::Reporter& reporter, WriterCounters& counters)
    : fs_(fs),
      store_(store),
      options_(options),
      clock_(clock),
      reporter_(reporter),
      counters_(counters),
      next_recovery_ns_(clock.steady_ns() + kRecoveryNs),
      sync_pool_(options.threads > 0 ? 1 : 0),
      seal_helper_(options.threads > 0 ? 1 : 0),
      seal_pool_(options.threads > 0 || options.seal_beside ? 1 : 0) {}

// --- commit ---

base::Status Committer::begin(const std::deque<EncodeQueue::Block>& blocks, std::size_t count) {
  LOGMILL_RETURN_IF_ERROR(finish());
  Commit commit;
  std::optional<base::TimeNs> time_min;
  CommitPieces pieces(commit_bytes_);
  for (std::size_t i = 0; i < count; ++i) {
    const EncodedBlock& block = blocks[i].encoded;
    pieces.add(block);
    ++commit.blocks;
    commit.rows += block.info.rows;
    commit.raw_bytes += block.info.raw_bytes;
    if (block.info.rows > 0) time_min = std::min(time_min.value_or(block.info.time_min), block.info.time_min);
    for (const BlockReader::RangeRows& entry : blocks[i].rows->ranges()) commit.ranges.push_back(entry.range);
  }
  commit.bytes = pieces.bytes();
  LOGMILL_RETURN_IF_ERROR(open_lane(time_min));
  LOGMILL_RETURN_IF_ERROR(lane_->write(pieces.list()));
  if (commit_bytes_.capacity() > kCommitBytesKept) commit_bytes_ = {};
  const bool sync = options_.sync != SyncPolicy::none;
  commit.sync = sync_pool_.start([lane = lane_.get(), sync](std::size_t) { return sync ? lane->sync() : base::Status(); });
  commit_ = std::move(commit);
  return collect();
}

// A live segment for what is to be written. When all of it is of a later day than the one that is
// open, that one's day is over.
base::Status Committer::open_lane(std::optional<base::TimeNs> time_min) {
  const std::string partition = partition_name(time_min.value_or(clock_.now()));
  if (lane_ != nullptr && time_min && partition > lane_->partition())
    if (auto sealed = seal(); !sealed) reporter_.warn("seal", sealed.error().what);
  if (lane_ != nullptr) return {};
  // Ids of one writer follow each other, however fast it is and whatever the clock does.
  last_lane_ = std::max(clock_.now(), last_lane_ + base::kNsPerMs);
  LOGMILL_ASSIGN_OR_RETURN(lane_, Lane::create(fs_, store_, partition, last_lane_, clock_.steady_ns()));
  lane_rows_ = lane_blocks_ = 0;
  return {};
}

base::Status Committer::finish() {
  if (!commit_) return {};
  Commit commit = *std::exchange(commit_, std::nullopt);
  LOGMILL_RETURN_IF_ERROR(commit.sync.get());
  ++counters_.commits;
  counters_.blocks += commit.blocks;
  counters_.records_committed += commit.rows;
  counters_.bytes_written += commit.bytes;
  counters_.raw_bytes += commit.raw_bytes;
  lane_rows_ += commit.rows;
  lane_blocks_ += commit.blocks;
  for (const record::Range& range : commit.ranges) committed_.advance(range);
  return {};
}

base::Status Committer::collect() {
  if (commit_ && base::is_ready(commit_->sync)) LOGMILL_RETURN_IF_ERROR(finish());
  for (Sealing& sealing : sealing_) {
    if (!sealing.sealed.valid() || !base::is_ready(sealing.sealed)) continue;
    // The records are safe where they are: sealing is tried again later.
    if (auto sealed = finish_seal(sealing); !sealed) reporter_.warn("seal", sealed.error().what);
  }
  std::erase_if(sealing_, [](const Sealing& sealing) { return sealing.lane == nullptr; });
  collect_recovery();
  return {};
}

// --- seal ---

bool Committer::seal_wanted() const {
  return lane_ != nullptr &&
         (lane_rows_ >= options_.seal_rows || lane_->bytes() >= options_.seal_bytes || lane_blocks_ >= options_.seal_blocks ||
          clock_.steady_ns() - lane_->created_steady_ns() >= options_.seal_age_ns);
}

base::Status Committer::seal() {
  if (lane_ == nullptr) return {};
  LOGMILL_RETURN_IF_ERROR(finish());
  wait_for_seals();
  start_seal(sealing_.emplace_back(Sealing{.lane = std::move(lane_), .sealed = {}}));
  return {};
}

// Those that failed wait for their time, and count for nothing here: what keeps them from being sealed may last.
void Committer::wait_for_seals() {
  const auto on_its_way = [](const Sealing& sealing) { return sealing.sealed.valid(); };
  while (static_cast<std::size_t>(std::ranges::count_if(sealing_, on_its_way)) >= kSealingMax) {
    const auto oldest = std::ranges::find_if(sealing_, on_its_way);
    if (auto sealed = finish_seal(*oldest); !sealed)
      reporter_.warn("seal", sealed.error().what);
    else
      sealing_.erase(oldest);
  }
}

void Committer::start_seal(Sealing& sealing) {
  sealing.sealed = seal_pool_.start([this, path = sealing.lane->path()](std::size_t) {
    return seal_segment(fs_, path, build_options(options_), seal_helper_, reporter_);
  });
}

// Without a lane afterwards, or to be tried again.
base::Status Committer::finish_seal(Sealing& sealing) {
  const auto sealed = sealing.sealed.get();
  if (!sealed) {
    sealing.retry_ns = clock_.steady_ns() + kRetryNs;
    return sealed.error();
  }
  sealing.lane.reset();
  ++counters_.segments_sealed;
  counters_.sealed_bytes += sealed->bytes;
  return {};
}

void Committer::tend() {
  const std::int64_t now = clock_.steady_ns();
  for (Sealing& sealing : sealing_)
    if (!sealing.sealed.valid() && now >= sealing.retry_ns) start_seal(sealing);
  if (now < next_recovery_ns_ || recovery_.valid()) return;
  next_recovery_ns_ = now + kRecoveryNs;
  recovery_ = seal_pool_.start([this](std::size_t) { return recover_store(fs_, store_, build_options(options_), reporter_); });
  collect_recovery();
}

void Committer::collect_recovery() {
  if (!recovery_.valid() || !base::is_ready(recovery_)) return;
  const auto recovered = recovery_.get();
  if (!recovered) return reporter_.warn("recovery", recovered.error().what);
  counters_.segments_sealed += recovered->segments_sealed;
}

base::Status Committer::finish_seals() {
  base::Status outcome;
  for (Sealing& sealing : sealing_) {
    if (!sealing.sealed.valid()) start_seal(sealing);
    if (auto sealed = finish_seal(sealing); !sealed) outcome = sealed;
  }
  std::erase_if(sealing_, [](const Sealing& sealing) { return sealing.lane == nullptr; });
  return outcome;
}

}  // namespace logmill::store
