#include "store/flat_writer.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "codec/deflate.h"
#include "record/fields.h"
#include "record/json_object.h"
#include "store/store_layout.h"
#include "text/time.h"

namespace logmill::store {
namespace {

constexpr std::size_t kLinesBytesMax = 8 << 20;
constexpr std::size_t kCopyBytes = 1 << 20;
// Rotations within one second are told apart by a number; more than these mean that something is wrong.
constexpr unsigned kNamesMax = 1'000;

std::string_view compressed_suffix(codec::Container container) {
  switch (container) {
    case codec::Container::gzip: return ".gz";
    case codec::Container::zstd: return ".zst";
    default: return "";
  }
}

bool is_compressed(const std::string& path) {
  return path.ends_with(compressed_suffix(codec::Container::gzip)) ||
         path.ends_with(compressed_suffix(codec::Container::zstd));
}

// "dir/app.log" is "dir/app" and ".log"; a name without a dot has no extension.
std::pair<std::string, std::string> split_extension(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::size_t dot = path.rfind('.');
  if (dot == std::string::npos || dot == 0 || (slash != std::string::npos && dot <= slash + 1)) return {path, ""};
  return {path.substr(0, dot), path.substr(dot)};
}

}  // namespace

FlatWriter::FlatWriter(sys::FileSystem& fs, std::string path, FlatOptions options, const base::Clock& clock,
                       base::Reporter& reporter)
    : fs_(fs), path_(std::move(path)), options_(options), clock_(clock), reporter_(reporter) {}

base::Result<std::unique_ptr<FlatWriter>> FlatWriter::open(sys::FileSystem& fs, std::string path,
                                                           FlatOptions options, const base::Clock& clock,
                                                           base::Reporter& reporter) {
  std::unique_ptr<FlatWriter> writer(new FlatWriter(fs, std::move(path), options, clock, reporter));
  LOGMILL_RETURN_IF_ERROR(fs.make_directories(sys::parent(writer->path_)));
  LOGMILL_RETURN_IF_ERROR(writer->open_file());
  LOGMILL_RETURN_IF_ERROR(writer->tend_rotated());
  return writer;
}

base::Status FlatWriter::open_file() {
  LOGMILL_ASSIGN_OR_RETURN(file_, fs_.open(path_, sys::OpenMode::append));
  LOGMILL_ASSIGN_OR_RETURN(const sys::FileInfo info, file_->info());
  file_bytes_ = info.size;
  file_opened_ns_ = clock_.steady_ns();
  char last = '\n';
  if (file_bytes_ > 0)
    if (auto got = file_->read_at(file_bytes_ - 1, &last, 1); !got) return std::move(got).error();
  if (last != '\n') {
    LOGMILL_RETURN_IF_ERROR(file_->append("\n"));
    ++file_bytes_;
  }
  return {};
}

base::Status FlatWriter::append(const record::Batch& batch) {
  if (lines_.size() >= kLinesBytesMax) LOGMILL_RETURN_IF_ERROR(commit());
  const record::JsonObjectWriter json(batch);
  const record::Column* raw = batch.find(record::kRaw);
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    const record::Value line = raw == nullptr ? record::Value() : raw->at(row);
    if (line.kind() == record::Kind::string)
      lines_ += line.text();
    else
      json.append(row, lines_);
    lines_ += '\n';
  }
  lines_count_ += batch.rows();
  counters_.records_in += batch.rows();
  if (!lines_.empty() && !lines_since_) lines_since_ = clock_.steady_ns();
  return {};
}

base::Status FlatWriter::commit() {
  if (lines_.empty()) return {};
  LOGMILL_RETURN_IF_ERROR(rotate_if_due(lines_.size()));
  if (auto written = file_->append(lines_); !written) {
    // No half line stays behind: what follows would be glued to it.
    LOGMILL_RETURN_IF_ERROR(file_->truncate(file_bytes_));
    return written;
  }
  file_bytes_ += lines_.size();
  counters_.bytes_written += lines_.size();
  counters_.records_committed += lines_count_;
  lines_.clear();
  lines_count_ = 0;
  lines_since_.reset();
  return options_.sync == SyncPolicy::none ? base::Status() : file_->sync();
}

std::optional<std::int64_t> FlatWriter::commit_due_ns() const {
  if (!lines_since_) return std::nullopt;
  return *lines_since_ + (options_.sync == SyncPolicy::each ? 0 : options_.commit_interval_ns);
}

base::Status FlatWriter::tick() {
  if (const auto due = commit_due_ns(); due && *due <= clock_.steady_ns()) LOGMILL_RETURN_IF_ERROR(commit());
  return rotate_if_due(0);
}

base::Status FlatWriter::reopen() {
  LOGMILL_RETURN_IF_ERROR(commit());
  return open_file();
}

base::Status FlatWriter::close() { return commit(); }

base::Status FlatWriter::rotate_if_due(std::size_t next_bytes) {
  if (file_bytes_ == 0) return {};
  const bool too_large = options_.rotate_bytes > 0 && next_bytes > 0 && file_bytes_ + next_bytes > options_.rotate_bytes;
  const bool too_old = options_.rotate_age_ns > 0 && clock_.steady_ns() - file_opened_ns_ >= options_.rotate_age_ns;
  return too_large || too_old ? rotate() : base::Status();
}

base::Status FlatWriter::rotate() {
  const base::TimeNs now = clock_.now();
  std::string rotated;
  for (unsigned attempt = 0; rotated.empty(); ++attempt) {
    if (attempt == kNamesMax) return base::Error{base::ErrorCode::io, path_ + ": too many rotated files of one second"};
    rotated = rotated_name(now, attempt);
    const std::string compressed = rotated + std::string(compressed_suffix(options_.container));
    if (fs_.info(rotated) || fs_.info(compressed)) rotated.clear();
  }
  if (options_.sync != SyncPolicy::none) LOGMILL_RETURN_IF_ERROR(file_->sync());
  LOGMILL_RETURN_IF_ERROR(fs_.rename(path_, rotated));
  LOGMILL_RETURN_IF_ERROR(open_file());
  LOGMILL_RETURN_IF_ERROR(fs_.sync_directory(sys::parent(path_)));
  ++counters_.rotations;
  // The lines are safe; compressing them is tried again at the next rotation.
  if (auto tended = tend_rotated(); !tended) reporter_.warn("rotation", tended.error().what);
  return {};
}

std::string FlatWriter::rotated_name(base::TimeNs time, unsigned attempt) const {
  const auto [stem, extension] = split_extension(path_);
  const text::CivilTime civil = text::civil_from_ns(time);
  std::array<char, 64> stamp;
  std::snprintf(stamp.data(), stamp.size(), "-%04d%02u%02uT%02u%02u%02uZ", civil.year, civil.month, civil.day,
                civil.hour, civil.minute, civil.second);
  const std::string number = attempt == 0 ? "" : "." + std::to_string(attempt);
  return stem + stamp.data() + number + extension;
}

base::Status FlatWriter::tend_rotated() {
  const auto [stem, extension] = split_extension(path_);
  // Unfinished ones first: compressing writes such a file again.
  for (const std::string& path : rotated_files())
    if (path.ends_with(kTemporarySuffix)) LOGMILL_RETURN_IF_ERROR(fs_.remove(path));
  if (options_.container != codec::Container::none) {
    for (const std::string& path : rotated_files())
      if (path.ends_with(extension) && !is_compressed(path)) LOGMILL_RETURN_IF_ERROR(compress(path));
  }
  return delete_surplus();
}

base::Status FlatWriter::compress(const std::string& path) {
  const std::string compressed = path + std::string(compressed_suffix(options_.container));
  if (!fs_.info(compressed)) {
    const std::string temporary = compressed + std::string(kTemporarySuffix);
    if (auto written = write_compressed(path, temporary); !written) {
      [[maybe_unused]] const auto removed = fs_.remove(temporary);
      return written;
    }
    LOGMILL_RETURN_IF_ERROR(fs_.rename(temporary, compressed));
    LOGMILL_RETURN_IF_ERROR(fs_.sync_directory(sys::parent(path)));
  }
  return fs_.remove(path);
}

base::Status FlatWriter::write_compressed(const std::string& path, const std::string& temporary) {
  if (auto removed = fs_.remove(temporary); !removed && removed.error().code != base::ErrorCode::not_found)
    return removed;
  LOGMILL_ASSIGN_OR_RETURN(const auto from, fs_.open(path, sys::OpenMode::read));
  LOGMILL_ASSIGN_OR_RETURN(const auto to, fs_.open(temporary, sys::OpenMode::create));
  const auto deflater = codec::make_deflater(options_.container);
  std::string piece(kCopyBytes, '\0'), out;
  for (std::uint64_t offset = 0;;) {
    LOGMILL_ASSIGN_OR_RETURN(const std::size_t got, from->read_at(offset, piece.data(), piece.size()));
    if (got == 0) break;
    offset += got;
    deflater->append(std::string_view(piece).substr(0, got), out);
    LOGMILL_RETURN_IF_ERROR(to->append(out));
    out.clear();
  }
  deflater->finish(out);
  LOGMILL_RETURN_IF_ERROR(to->append(out));
  return to->sync();
}

std::vector<std::string> FlatWriter::rotated_files() {
  const auto [stem, extension] = split_extension(path_);
  std::vector<std::string> files;
  const auto names = fs_.list(sys::parent(path_));
  if (!names) return files;
  constexpr std::string_view kDigits = "0123456789";
  for (const std::string& name : *names) {
    const std::string path = path_.find('/') == std::string::npos ? name : sys::join(sys::parent(path_), name);
    const bool stamped = path.starts_with(stem + "-") && path.size() >= stem.size() + 18 &&
                         path[stem.size() + 9] == 'T' && path[stem.size() + 16] == 'Z' &&
                         kDigits.find(path[stem.size() + 1]) != std::string_view::npos;
    if (stamped) files.push_back(path);
  }
  return files;  // names sort by time
}

base::Status FlatWriter::delete_surplus() {
  const FlatRetention& keep = options_.retention;
  if (!keep.any()) return {};
  struct Rotated {
    std::string path;
    sys::FileInfo info;
  };
  std::vector<Rotated> files;
  std::uint64_t bytes = 0;
  for (const std::string& path : rotated_files()) {
    const auto info = fs_.info(path);
    if (!info) continue;
    files.push_back({path, *info});
    bytes += info->size;
  }
  std::uint64_t count = files.size();
  for (const Rotated& file : files) {
    const bool too_old = keep.keep_age_ns > 0 && file.info.modified < clock_.now() - keep.keep_age_ns;
    const bool too_much = keep.keep_bytes > 0 && bytes > keep.keep_bytes;
    const bool too_many = keep.keep_count > 0 && count > keep.keep_count;
    if (!too_old && !too_much && !too_many) continue;
    LOGMILL_RETURN_IF_ERROR(fs_.remove(file.path));
    bytes -= file.info.size;
    --count;
  }
  return {};
}

}  // namespace logmill::store
