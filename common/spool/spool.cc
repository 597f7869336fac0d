#include "spool/spool.h"

#include <algorithm>
#include <chrono>

#include "spool/spool_format.h"
#include "store/admission.h"

namespace logmill::spool {
namespace {

// A segment may vanish between listing and opening: its reader was faster.
constexpr int kListTries = 10;

std::uint64_t segment_bytes_of(const SpoolOptions& options) { return std::min(options.bytes_max / kSegmentsASpool, kSegmentBytesMax); }

}  // namespace

Spool::Spool(sys::FileSystem& fs, std::string dir, SpoolOptions options, base::Reporter& reporter)
    : fs_(fs),
      dir_(std::move(dir)),
      options_(options),
      reporter_(reporter),
      encoder_(codec::make_writer(codec::Format::frames, options.compress)),
      taken_(options.streams_max),
      committed_(options.streams_max) {}

base::Result<std::unique_ptr<Spool>> Spool::open(sys::FileSystem& fs, std::string dir, SpoolOptions options, base::Reporter& reporter) {
  LOGMILL_RETURN_IF_ERROR(fs.make_durable_directories(dir));
  std::unique_ptr<Spool> spool(new Spool(fs, std::move(dir), options, reporter));
  LOGMILL_RETURN_IF_ERROR(spool->lock());
  LOGMILL_RETURN_IF_ERROR(spool->recover());
  return spool;
}

base::Status Spool::lock() {
  const std::string path = sys::join(dir_, kLockName);
  LOGMILL_ASSIGN_OR_RETURN(lock_, fs_.open(path, sys::OpenMode::append));
  LOGMILL_ASSIGN_OR_RETURN(const bool locked, lock_->try_lock());
  if (!locked) return base::Error{base::ErrorCode::again, dir_ + ": another program is at this spool"};
  return fs_.sync_directory(dir_);
}

base::Status Spool::recover() {
  LOGMILL_ASSIGN_OR_RETURN(auto numbers, list_segments(fs_, dir_));
  while (!numbers.empty()) {
    const std::uint64_t number = numbers.back();
    numbers.pop_back();
    const std::string path = segment_path(dir_, number);
    LOGMILL_ASSIGN_OR_RETURN(file_, fs_.open(path, sys::OpenMode::append));
    const auto content = read_segment(*file_, number);
    if (content) {
      for (const std::uint64_t before : numbers) {
        LOGMILL_ASSIGN_OR_RETURN(const auto info, fs_.info(segment_path(dir_, before)));
        segments_.push_back({before, info.size});
        bytes_ += info.size;
      }
      return take_last_segment(number, *content);
    }
    if (content.error().code != base::ErrorCode::corrupt) return content.error();
    // Killed before its head was whole; then nothing was ever committed to it.
    file_.reset();
    LOGMILL_RETURN_IF_ERROR(fs_.remove(path));
  }
  return {};
}

base::Status Spool::take_last_segment(std::uint64_t number, const SegmentContent& content) {
  LOGMILL_ASSIGN_OR_RETURN(const auto info, file_->info());
  if (info.size > content.bytes) {
    reporter_.info(segment_path(dir_, number) + ": " + std::to_string(info.size - content.bytes) +
                   " bytes at its end were not committed: removed");
    LOGMILL_RETURN_IF_ERROR(file_->truncate(content.bytes));
  }
  // A killed writer may have written what it did not sync.
  LOGMILL_RETURN_IF_ERROR(file_->sync());
  segments_.push_back({number, content.bytes});
  bytes_ += content.bytes;
  const auto held = content.frontiers.list();
  taken_.advance_all(held);
  committed_.advance_all(held);
  end_at_open_ = {number, content.bytes};
  const Place first{segments_.front().number, 0};
  acknowledged_ = std::clamp(content.acknowledged.value_or(first), first, end_at_open_);
  marked_ = content.acknowledged.value_or(Place{});
  read_ = acknowledged_;
  remove_acknowledged();
  return {};
}

// --- the writer's side ---

base::Result<std::size_t> Spool::append(record::Batch& batch) {
  LOGMILL_ASSIGN_OR_RETURN(const std::size_t repeated, store::drop_repeats(batch, taken_.find(batch.range().stream)));
  const record::Range& range = batch.range();
  if (batch.empty() && range.from == range.to) return repeated;
  LOGMILL_RETURN_IF_ERROR(encoder_->append(batch, pending_));
  pending_ranges_.push_back(range);
  taken_.advance(range);
  return repeated;
}

base::Status Spool::commit() { return pending_.empty() ? base::Status{} : write_pending(false); }

base::Status Spool::close() { return write_pending(true); }

base::Status Spool::write_pending(bool place_wanted) {
  std::string place;
  Place acknowledged;
  std::uint64_t segment_bytes = 0;
  {
    const std::lock_guard lock(mutex_);
    acknowledged = acknowledged_;
    segment_bytes = segments_.empty() ? 0 : segments_.back().bytes;
  }
  if (pending_.empty() && (!place_wanted || acknowledged == marked_)) return {};
  if (!file_ || (!pending_.empty() && segment_bytes >= segment_bytes_of(options_))) LOGMILL_RETURN_IF_ERROR(begin_segment());
  if (acknowledged != marked_) append_acknowledged(place, acknowledged);
  for (const std::string_view bytes : {std::string_view(place), std::string_view(pending_)})
    if (auto appended = file_->append(bytes); !appended) return take_back(std::move(appended).error());
  if (auto synced = file_->sync(); !synced) return take_back(std::move(synced).error());
  const std::uint64_t added = place.size() + pending_.size();
  pending_.clear();
  for (const record::Range& range : std::exchange(pending_ranges_, {})) committed_.advance(range);
  marked_ = acknowledged;
  const std::lock_guard lock(mutex_);
  segments_.back().bytes += added;
  bytes_ += added;
  return {};
}

// Of the last segment, what is not committed.
base::Status Spool::take_back(base::Error why) {
  std::uint64_t committed = 0;
  {
    const std::lock_guard lock(mutex_);
    committed = segments_.back().bytes;
  }
  LOGMILL_RETURN_IF_ERROR(file_->truncate(committed));
  return std::move(why).with_context(dir_);
}

base::Status Spool::begin_segment() {
  std::string head;
  std::uint64_t number = 1;
  Place acknowledged;
  {
    const std::lock_guard lock(mutex_);
    if (!segments_.empty()) number = segments_.back().number + 1;
    acknowledged = acknowledged_;
  }
  append_head(head, number, committed_);
  if (acknowledged != Place{}) append_acknowledged(head, acknowledged);
  const std::string path = segment_path(dir_, number);
  LOGMILL_RETURN_IF_ERROR(fs_.remove_if_there(path));  // of an attempt that failed
  LOGMILL_ASSIGN_OR_RETURN(auto file, fs_.open(path, sys::OpenMode::create));
  auto written = file->append(head);
  if (written) written = file->sync();
  if (written) written = fs_.sync_directory(dir_);
  if (!written) {
    [[maybe_unused]] const auto removed = fs_.remove_if_there(path);
    return std::move(written).error().with_context(dir_);
  }
  file_ = std::move(file);
  marked_ = acknowledged;
  const std::lock_guard lock(mutex_);
  if (segments_.empty()) read_ = acknowledged_ = {number, 0};
  segments_.push_back({number, head.size()});
  bytes_ += head.size();
  return {};
}

bool Spool::wait_for_room(int timeout_ms) {
  std::unique_lock lock(mutex_);
  return room_.wait_for(lock, std::chrono::milliseconds(timeout_ms), [&] {
    const bool nothing_waits = given_.empty() && !segments_.empty() && read_ == Place{segments_.back().number, segments_.back().bytes};
    return nothing_waits || bytes_ + pending_.size() < options_.bytes_max;
  });
}

// --- the reader's side ---

// Whether there is more to read in an open segment.
base::Result<bool> Spool::open_next_to_read(const Place& end) {
  {
    const std::lock_guard lock(mutex_);
    const auto at = std::find_if(segments_.begin(), segments_.end(), [&](const Segment& one) { return one.number >= read_.segment; });
    // Behind the last frame of its segment, and there is another; or the segment was lost.
    if (at != segments_.end() && at->number == read_.segment && read_.offset >= at->bytes && at + 1 != segments_.end())
      read_ = {(at + 1)->number, 0};
    else if (at != segments_.end() && at->number > read_.segment)
      read_ = {at->number, 0};
    if (read_ >= end) return false;
  }
  if (read_file_ != nullptr && read_number_ == read_.segment) return true;
  LOGMILL_ASSIGN_OR_RETURN(read_file_, fs_.open(segment_path(dir_, read_.segment), sys::OpenMode::read));
  read_number_ = read_.segment;
  return true;
}

base::Result<std::optional<Spool::Frame>> Spool::next() {
  Place end;
  {
    const std::lock_guard lock(mutex_);
    if (segments_.empty()) return std::optional<Frame>();
    end = {segments_.back().number, segments_.back().bytes};
  }
  while (true) {
    LOGMILL_ASSIGN_OR_RETURN(const bool more, open_next_to_read(end));
    if (!more) return std::optional<Frame>();
    auto raw = read_frame(*read_file_, read_.offset);
    if (!raw) return std::move(raw).error().with_context(segment_path(dir_, read_.segment));
    if (!*raw) return base::Error{base::ErrorCode::corrupt, segment_path(dir_, read_.segment) + ": shorter than it was"};
    const std::lock_guard lock(mutex_);
    read_.offset += (*raw)->bytes.size();
    const record::FrameHeader& header = (*raw)->header;
    if (header.type != record::FrameType::data) {
      if (given_.empty()) acknowledged_ = read_;
      continue;
    }
    given_.push_back(read_);
    return std::optional<Frame>(Frame{std::move((*raw)->bytes), header.range, header.records, read_ <= end_at_open_});
  }
}

void Spool::acknowledge_one() {
  {
    const std::lock_guard lock(mutex_);
    acknowledged_ = given_.front();
    given_.pop_front();
  }
  remove_acknowledged();
}

void Spool::remove_acknowledged() {
  std::vector<std::uint64_t> done;
  {
    const std::lock_guard lock(mutex_);
    while (segments_.size() > 1 && acknowledged_ >= Place{segments_.front().number, segments_.front().bytes}) {
      done.push_back(segments_.front().number);
      bytes_ -= segments_.front().bytes;
      segments_.pop_front();
    }
  }
  // Should the removal not survive a power cut, its frames are sent again, and known to the receiver.
  for (const std::uint64_t number : done)
    if (auto removed = fs_.remove(segment_path(dir_, number)); !removed) reporter_.warn("spool", removed.error().what);
  room_.notify_one();
}

std::uint64_t Spool::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

bool Spool::drained() const {
  const std::lock_guard lock(mutex_);
  return segments_.empty() || (given_.empty() && read_ == Place{segments_.back().number, segments_.back().bytes});
}

// --- from outside ---

bool is_spool(sys::FileSystem& fs, const std::string& path) {
  const auto numbers = list_segments(fs, path);
  return numbers && !numbers->empty();
}

base::Result<std::vector<store::Frontier>> read_frontiers(sys::FileSystem& fs, const std::string& dir) {
  for (int tries = 0; tries < kListTries; ++tries) {
    LOGMILL_ASSIGN_OR_RETURN(const auto numbers, list_segments(fs, dir));
    for (auto number = numbers.rbegin(); number != numbers.rend(); ++number) {
      const auto file = fs.open(segment_path(dir, *number), sys::OpenMode::read);
      if (!file && file.error().code == base::ErrorCode::not_found) break;
      if (!file) return file.error();
      const auto content = read_segment(**file, *number);
      if (content) return content->frontiers.list();
      if (content.error().code != base::ErrorCode::corrupt) return content.error();
    }
    if (numbers.empty()) return std::vector<store::Frontier>{};
  }
  return std::vector<store::Frontier>{};
}

}  // namespace logmill::spool
