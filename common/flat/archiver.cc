#include "flat/archiver.h"

#include <chrono>
#include <utility>

#include "codec/archive_writer.h"
#include "flat/flat_format.h"
#include "text/last_line_end.h"

namespace logmill::flat {
namespace {

// A piece is what a reader must decompress to see one line: 1 MiB is within 2 % of the size of one
// piece for all (zstd -3).
constexpr std::size_t kPieceBytes = 1 << 20;
// Files grow old and disks full also when nothing is rotated; what failed is tried again.
constexpr std::chrono::seconds kBetweenPasses{60};

}  // namespace

Archiver::Archiver(sys::FileSystem& fs, std::string path, ArchiverOptions options, const base::Clock& clock, base::Reporter& reporter)
    : fs_(fs), path_(std::move(path)), options_(std::move(options)), ages_(clock, reporter, path_), reporter_(reporter) {
  if (options_.work == ArchiverOptions::Work::in_background) thread_ = std::thread([this] { run(); });
}

Archiver::~Archiver() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Archiver::hold(const std::string& path) {
  const std::lock_guard lock(mutex_);
  held_ = path;
}

void Archiver::work() {
  {
    const std::lock_guard lock(mutex_);
    if (!held_.empty() && options_.container == codec::Container::none) released_.push_back(held_);
    held_.clear();
    wanted_ = true;
  }
  changed_.notify_all();
  if (!thread_.joinable()) pass();
}

void Archiver::finish() {
  if (!thread_.joinable()) return;
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !wanted_ && !busy_; });
}

void Archiver::run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    changed_.wait_for(lock, kBetweenPasses, [this] { return ending_ || wanted_; });
    if (ending_) return;
    wanted_ = false;
    busy_ = true;
    lock.unlock();
    pass();
    lock.lock();
    busy_ = false;
    changed_.notify_all();
  }
}

void Archiver::pass() {
  tell_released();
  if (auto compressed = compress_all(); !compressed) reporter_.warn("rotation", compressed.error().what);
  if (auto retained = retain(); !retained) reporter_.warn("retention", retained.error().what);
}

void Archiver::tell_released() {
  std::vector<std::string> released;
  {
    const std::lock_guard lock(mutex_);
    released.swap(released_);
  }
  if (!options_.on_archived) return;
  for (const std::string& path : released) options_.on_archived(path);
}

bool Archiver::is_held(const std::string& path) {
  const std::lock_guard lock(mutex_);
  return held_ == path;
}

bool Archiver::ending() {
  const std::lock_guard lock(mutex_);
  return ending_;
}

base::Status Archiver::compress_all() {
  LOGMILL_ASSIGN_OR_RETURN(auto files, list_rotated(fs_, path_));
  for (const RotatedFile& file : files)
    if (file.unfinished) LOGMILL_RETURN_IF_ERROR(fs_.remove(file.path));
  std::erase_if(files, [](const RotatedFile& file) { return file.unfinished; });
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (files[i].container != codec::Container::none || is_held(files[i].path)) continue;
    if (ending()) return {};
    // Its compressed copies, of whichever kind an earlier run was asked for, are listed next. A copy has its name when it is complete.
    if (i + 1 < files.size() && files[i + 1].time == files[i].time) {
      LOGMILL_RETURN_IF_ERROR(replaced(files[i].path, files[i + 1].path));
    } else if (options_.container != codec::Container::none) {
      LOGMILL_RETURN_IF_ERROR(compress(files[i].path));
    }
  }
  return {};
}

base::Status Archiver::compress(const std::string& path) {
  const std::string compressed = path + std::string(container_suffix(options_.container));
  const std::string temporary = compressed + std::string(kTemporarySuffix);
  if (auto written = write_compressed(path, temporary); !written) {
    [[maybe_unused]] const auto removed = fs_.remove(temporary);
    return written;
  }
  if (ending()) return fs_.remove(temporary);
  LOGMILL_RETURN_IF_ERROR(fs_.rename(temporary, compressed));
  LOGMILL_RETURN_IF_ERROR(fs_.sync_directory(sys::parent(path)));
  return replaced(path, compressed);
}

base::Status Archiver::replaced(const std::string& path, const std::string& compressed) {
  LOGMILL_RETURN_IF_ERROR(fs_.remove(path));
  if (options_.on_archived) options_.on_archived(compressed);
  return {};
}

// Pieces end with a line, so that each can be searched by itself.
base::Status Archiver::write_compressed(const std::string& path, const std::string& temporary) {
  LOGMILL_ASSIGN_OR_RETURN(const auto from, fs_.open(path, sys::OpenMode::read));
  LOGMILL_ASSIGN_OR_RETURN(const auto to, fs_.open(temporary, sys::OpenMode::create));
  const auto archive = codec::make_archive_writer(options_.container);
  std::string piece(kPieceBytes, '\0'), out;
  for (std::uint64_t offset = 0; !ending();) {
    LOGMILL_ASSIGN_OR_RETURN(const std::size_t got, from->read_at(offset, piece.data(), piece.size()));
    if (got == 0) break;
    std::string_view taken = std::string_view(piece).substr(0, got);
    if (const std::size_t newline = text::last_line_end(taken); newline != std::string_view::npos) taken = taken.substr(0, newline + 1);
    offset += taken.size();
    archive->append(taken, out);
    LOGMILL_RETURN_IF_ERROR(to->append(out));
    out.clear();
  }
  archive->finish(out);
  LOGMILL_RETURN_IF_ERROR(to->append(out));
  return to->sync();
}

base::Status Archiver::retain() {
  LOGMILL_ASSIGN_OR_RETURN(const auto steps, plan_retention(fs_, path_, options_.retention, ages_.now()));
  for (const RetentionStep& step : steps) reporter_.info("deleting " + step.path + ": " + step.reason);
  return apply_retention(fs_, steps);
}

}  // namespace logmill::flat
