#include "flat/flat_writer.h"

#include <algorithm>

#include "base/hash.h"
#include "flat/judgement.h"
#include "flat/rotated_file.h"
#include "record/fields.h"
#include "record/json_object.h"
#include "store/admission.h"

namespace logmill::flat {
namespace {

// More is written at once: waiting for the commit interval would only cost memory.
constexpr std::size_t kLinesBytesMax = 8 << 20;
// Another writer's rotation may come between opening the file and locking it.
constexpr int kOpenTriesMax = 10;
// Ranges without lines may wait longer: losing them costs only reading that input again.
constexpr std::int64_t kEmptyCommitNs = 10 * base::kNsPerSecond;
constexpr std::int64_t kRotationRetryNs = 60 * base::kNsPerSecond;

std::uint64_t position_of(const record::Batch& batch, std::size_t row) {
  return batch.range().from + (row < batch.positions().size() ? batch.positions()[row] : row);
}

}  // namespace

FlatWriter::FlatWriter(sys::FileSystem& fs, std::string path, FlatOptions options, const base::Clock& clock, base::Reporter& reporter)
    : fs_(fs),
      path_(std::move(path)),
      options_(std::move(options)),
      clock_(clock),
      reporter_(reporter),
      archiver_(fs, path_, options_.archive, clock, reporter),
      positions_(fs, path_, options_.sync != store::SyncPolicy::none) {}

base::Result<std::unique_ptr<FlatWriter>> FlatWriter::open(sys::FileSystem& fs, std::string path, FlatOptions options,
                                                           const base::Clock& clock, base::Reporter& reporter) {
  std::unique_ptr<FlatWriter> writer(new FlatWriter(fs, std::move(path), std::move(options), clock, reporter));
  LOGMILL_RETURN_IF_ERROR(fs.make_durable_directories(sys::parent(writer->path_)));
  LOGMILL_RETURN_IF_ERROR(writer->recover());
  // On a full disk the first commit goes on from here.
  if (auto ready = writer->prepare_file(0); !ready && ready.error().code != base::ErrorCode::again) return ready.error();
  return writer;
}

// --- opening ---

base::Status FlatWriter::recover() {
  LOGMILL_ASSIGN_OR_RETURN(file_, open_locked());  // from here on nobody else writes
  LOGMILL_ASSIGN_OR_RETURN(const Judgement judgement, judge_positions(fs_, path_));
  if (judgement.cut_bytes > 0) {
    LOGMILL_ASSIGN_OR_RETURN(const auto torn, fs_.open(judgement.cut_path, sys::OpenMode::append));
    LOGMILL_RETURN_IF_ERROR(torn->truncate(judgement.cut_to));
    LOGMILL_RETURN_IF_ERROR(torn->sync());
    reporter_.info(judgement.cut_path + ": took back " + std::to_string(judgement.cut_bytes) + " bytes of an unfinished commit");
  }
  if (judgement.last_is_lost)
    reporter_.warn("positions", path_ + ": the file that was written last is gone; what its last commit held may come again");
  appended_.advance_all(judgement.frontiers.list());
  committed_.advance_all(judgement.frontiers.list());
  positions_kept_ = judgement.kept;
  return open_file();
}

// With the lock on the file that the path names.
base::Result<std::unique_ptr<sys::File>> FlatWriter::open_locked() {
  for (int i = 0; i < kOpenTriesMax; ++i) {
    LOGMILL_ASSIGN_OR_RETURN(auto file, fs_.open(path_, sys::OpenMode::append));
    LOGMILL_ASSIGN_OR_RETURN(const sys::FileInfo opened, file->info());
    if (!opened.is_regular) return base::Error{base::ErrorCode::invalid, path_ + ": is not a file"};
    LOGMILL_ASSIGN_OR_RETURN(const bool locked, file->try_lock());
    if (!locked) return base::Error{base::ErrorCode::again, path_ + ": another logstore writes to it"};
    const auto named = fs_.info(path_);
    if (named && named->inode == opened.inode) return file;
  }
  return base::Error{base::ErrorCode::again, path_ + ": is replaced all the time"};
}

// Takes over the file that the path names, also if it is the one that is open.
base::Status FlatWriter::open_file() {
  const auto named = fs_.info(path_);
  LOGMILL_ASSIGN_OR_RETURN(sys::FileInfo info, file_->info());
  if (!named || named->inode != info.inode) {
    // What positions will say of it for good must be on the disk.
    if (!synced()) LOGMILL_RETURN_IF_ERROR(file_->sync());
    LOGMILL_ASSIGN_OR_RETURN(file_, open_locked());
    LOGMILL_ASSIGN_OR_RETURN(info, file_->info());
  }
  LOGMILL_RETURN_IF_ERROR(fs_.sync_directory(sys::parent(path_)));
  file_inode_ = info.inode;
  torn_ = moved_ = reopen_wanted_ = settled_ = false;
  positions_stale_ = true;
  // Of a file that another run began, its age counts from then.
  begin_age(info.size > 0 && info.created > 0 ? info.created : clock_.now());
  return adopt_size(info.size);
}

void FlatWriter::begin_age(base::TimeNs begun) {
  file_begun_ns_ = clock_.steady_ns() - std::max<std::int64_t>(clock_.now() - begun, 0);
  begun_ = begun;
  next_clock_rotation_ = options_.rotate_at.next(begun);
}

base::Status FlatWriter::adopt_size(std::uint64_t bytes) {
  file_bytes_ = bytes;
  char last = '\n';
  if (file_bytes_ > 0)
    if (auto got = file_->read_at(file_bytes_ - 1, &last, 1); !got) return std::move(got).error();
  return last == '\n' ? base::Status() : append_synced("\n");
}

// Other programs may have written to the file, or cut it.
base::Status FlatWriter::look_at_file() {
  if (torn_) {
    LOGMILL_RETURN_IF_ERROR(file_->truncate(file_bytes_));
    torn_ = false;
  }
  LOGMILL_ASSIGN_OR_RETURN(const sys::FileInfo info, file_->info());
  if (info.size == file_bytes_) return {};
  if (info.size < file_bytes_) reporter_.warn("truncated", path_ + ": another program cut it; to rotate it, rename it and send SIGHUP");
  positions_stale_ = true;
  return adopt_size(info.size);
}

// --- append ---

base::Status FlatWriter::append(const record::Batch& batch) {
  LOGMILL_ASSIGN_OR_RETURN(const store::Share share, store::share_of(batch, appended_));
  if (!share.nothing) {
    if (lines_bytes_ >= kLinesBytesMax) LOGMILL_RETURN_IF_ERROR(commit());
    take(batch, share);
  }
  counters_.records_in += batch.rows();
  counters_.records_repeated += share.first_row;
  return {};
}

// A part ends before the line that would make the file too large, and with it the range that it
// decides.
void FlatWriter::take(const record::Batch& batch, const store::Share& share) {
  const record::JsonObjectWriter json(batch);
  const record::Column* raw = batch.find(record::kRaw);
  record::Range range = share.range;
  std::string line;
  for (std::size_t row = share.first_row; row < batch.rows(); ++row) {
    line.clear();
    const record::Value text = raw == nullptr ? record::Value() : raw->at(row);
    if (text.kind() == record::Kind::string)
      line += text.text();
    else
      json.append(row, line);
    line += '\n';
    if (parts_.empty()) begin_part(line.size());
    const std::uint64_t position = position_of(batch, row);
    // Lines of one position stay together.
    const bool divisible = !range.named() || position > range.from;
    if (!parts_.back().lines.empty() && parts_.back().lines.size() + line.size() > parts_.back().room && divisible) {
      add_range({range.stream, range.epoch, range.from, position});
      range.from = position;
      begin_part(line.size());
    }
    parts_.back().lines += line;
    ++parts_.back().count;
    lines_bytes_ += line.size();
  }
  if (lines_bytes_ > 0 && !lines_since_) lines_since_ = clock_.steady_ns();
  if (parts_.empty()) begin_part(0);
  add_range(range);
}

void FlatWriter::add_range(record::Range range) {
  if (!range.named()) return;
  if (!ranges_since_) ranges_since_ = clock_.steady_ns();
  appended_.advance(range);
  parts_.back().ranges.push_back(range);
}

// The first goes behind what is in the file, if its first line fits.
void FlatWriter::begin_part(std::size_t line_bytes) {
  Part part;
  part.room = options_.rotate_bytes > 0 ? options_.rotate_bytes : UINT64_MAX;
  if (parts_.empty() && file_bytes_ + line_bytes <= part.room) part.room -= file_bytes_;
  parts_.push_back(std::move(part));
}

// --- commit ---

base::Status FlatWriter::commit() {
  while (!parts_.empty()) {
    LOGMILL_RETURN_IF_ERROR(prepare_file(parts_.front().lines.size()));
    LOGMILL_RETURN_IF_ERROR(write_part(parts_.front()));
    account_part(parts_.front());
    parts_.pop_front();
  }
  lines_since_.reset();
  ranges_since_.reset();
  return {};
}

base::Status FlatWriter::write_part(const Part& part) {
  LOGMILL_RETURN_IF_ERROR(look_at_file());
  if (file_bytes_ == 0) begin_age(clock_.now());
  if (!part.ranges.empty()) {
    positions_kept_ = true;
    if (positions_stale_ || positions_.is_long()) LOGMILL_RETURN_IF_ERROR(start_positions());
    store::FrontierTable moved;
    for (const record::Range& range : part.ranges) moved.advance(range);
    LOGMILL_RETURN_IF_ERROR(positions_.append({.inode = file_inode_,
                                               .from = file_bytes_,
                                               .to = file_bytes_ + part.lines.size(),
                                               .hash = base::xxh3_64(part.lines),
                                               .frontiers = moved.list()}));
  }
  return part.lines.empty() ? base::Status() : append_synced(part.lines);
}

// All or nothing: no half line stays behind, what follows would be glued to it. After a failed sync
// nobody knows what is on disk (fsync(2)), but all of it is cut off and written anew.
base::Status FlatWriter::append_synced(std::string_view bytes) {
  torn_ = true;
  base::Status written = file_->append(bytes);
  if (written && synced()) written = file_->sync();
  if (written) {
    file_bytes_ += bytes.size();
    torn_ = false;
  } else if (file_->truncate(file_bytes_)) {
    torn_ = false;
  }
  return written;
}

// All that is committed must be on the disk before positions say so for good.
base::Status FlatWriter::start_positions() {
  if (!synced()) LOGMILL_RETURN_IF_ERROR(file_->sync());
  LOGMILL_RETURN_IF_ERROR(positions_.start(file_inode_, file_bytes_, committed_));
  positions_stale_ = false;
  return {};
}

void FlatWriter::account_part(const Part& part) {
  lines_bytes_ -= part.lines.size();
  counters_.bytes_written += part.lines.size();
  counters_.records_committed += part.count;
  for (const record::Range& range : part.ranges) committed_.advance(range);
}

std::optional<std::int64_t> FlatWriter::commit_due_ns() const {
  const bool at_once = options_.sync == store::SyncPolicy::each;
  if (lines_since_) return *lines_since_ + (at_once ? 0 : options_.commit_interval_ns);
  if (ranges_since_) return *ranges_since_ + (at_once ? 0 : std::max(options_.commit_interval_ns, kEmptyCommitNs));
  return std::nullopt;
}

base::Status FlatWriter::tick() {
  if (const auto due = commit_due_ns(); due && *due <= clock_.steady_ns()) LOGMILL_RETURN_IF_ERROR(commit());
  return prepare_file(0);
}

base::Status FlatWriter::close() {
  LOGMILL_RETURN_IF_ERROR(commit());
  archiver_.finish();
  return {};
}

// --- rotation ---

bool FlatWriter::rotation_due(std::size_t next_bytes) {
  if (file_bytes_ == 0 || clock_.steady_ns() < next_try_ns_) return false;
  const bool too_large = options_.rotate_bytes > 0 && next_bytes > 0 && file_bytes_ + next_bytes > options_.rotate_bytes;
  const bool too_old = options_.rotate_age_ns > 0 && clock_.steady_ns() - file_begun_ns_ >= options_.rotate_age_ns;
  const base::TimeNs now = clock_.now();
  if (now < begun_) {
    // The clock was set back: the hour that it was to be rotated at may be years away.
    begun_ = now;
    next_clock_rotation_ = options_.rotate_at.next(now);
  }
  return too_large || too_old || now >= next_clock_rotation_;
}

// Rotates if it is time to, goes on with what was interrupted. Afterwards the path names the file
// that is open, and the positions, if there are any, speak of it.
base::Status FlatWriter::prepare_file(std::size_t next_bytes) {
  if (!moved_ && !reopen_wanted_ && rotation_due(next_bytes)) move_away();
  if (moved_ || reopen_wanted_) LOGMILL_RETURN_IF_ERROR(open_file());
  if (settled_) return {};
  if (positions_kept_ && positions_stale_) LOGMILL_RETURN_IF_ERROR(start_positions());
  settled_ = true;
  archiver_.work();
  return {};
}

// A folder that may not be changed is no reason to stop writing.
void FlatWriter::move_away() {
  auto rotated = next_name();
  base::Status renamed = rotated ? base::Status() : base::Status(rotated.error());
  if (renamed) {
    archiver_.hold(*rotated);
    renamed = fs_.rename(path_, *rotated);
  }
  if (renamed) ++counters_.rotations;
  moved_ = renamed.has_value() || renamed.error().code == base::ErrorCode::not_found;
  if (moved_) return;
  reporter_.warn("rotation", renamed.error().what + "; going on in the same file");
  next_try_ns_ = clock_.steady_ns() + kRotationRetryNs;
}

// Behind all that there are, also if the clock was set back or one was rotated in this very second.
base::Result<std::string> FlatWriter::next_name() const {
  base::TimeNs time = clock_.now();
  LOGMILL_ASSIGN_OR_RETURN(const auto files, list_rotated(fs_, path_));
  if (!files.empty() && time < files.back().time + base::kNsPerSecond) time = files.back().time + base::kNsPerSecond;
  return rotated_path(path_, time);
}

}  // namespace logmill::flat
