#include "store/lane.h"

#include "base/hash.h"
#include "store/segment_format.h"
#include "store/segment_header.h"
#include "store/store_layout.h"

namespace logmill::store {
namespace {

// Ids drawn until one is free. Two writers meet only in the same millisecond with the same 24-bit
// hash.
constexpr int kAttemptsMax = 16;

base::Error final_error(base::Error error) {
  error.code = base::ErrorCode::io;
  return error;
}

}  // namespace

base::Result<std::unique_ptr<Lane>> Lane::create(sys::FileSystem& fs, const std::string& store, const std::string& partition,
                                                 base::TimeNs now, std::int64_t steady_ns) {
  LOGMILL_RETURN_IF_ERROR(fs.make_directories(sys::join(store, partition)));
  std::unique_ptr<Lane> lane(new Lane(fs, store, partition, steady_ns));
  base::Status created;
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    const std::int64_t entropy[] = {now, steady_ns, attempt};
    created = lane->create_file(now, base::xxh3_64({reinterpret_cast<const char*>(entropy), sizeof entropy}));
    if (created) return lane;
    if (created.error().code == base::ErrorCode::again) break;
  }
  return created.error();
}

// Under a temporary name until it is locked: otherwise another writer could take it for a crashed
// one's.
base::Status Lane::create_file(base::TimeNs now, std::uint64_t salt) {
  const std::string folder = sys::join(store_, partition_);
  const std::string path = sys::join(folder, make_segment_id(now, salt)) + std::string(kLiveSuffix);
  const std::string temporary = path + std::string(kTemporarySuffix);
  if (fs_.info(path) || fs_.info(with_suffix(path, kSealedSuffix))) return base::Error{base::ErrorCode::io, path + ": exists"};
  LOGMILL_ASSIGN_OR_RETURN(auto file, fs_.open(temporary, sys::OpenMode::create));
  const auto fill = [&]() -> base::Status {
    LOGMILL_ASSIGN_OR_RETURN(const bool locked, file->try_lock());
    if (!locked) return base::Error{base::ErrorCode::io, temporary + ": locked by another process"};
    LOGMILL_RETURN_IF_ERROR(file->append(make_segment_header(now)));
    return fs_.rename(temporary, path);
  };
  if (auto filled = fill(); !filled) {
    [[maybe_unused]] const auto removed = fs_.remove(temporary);
    return filled;
  }
  file_ = std::move(file);
  path_ = path;
  bytes_ = kSegmentHeaderBytes;
  return {};
}

base::Status Lane::write(std::span<const std::string_view> pieces) {
  std::uint64_t bytes = 0;
  for (const std::string_view piece : pieces) {
    if (auto appended = file_->append(piece); !appended) {
      // Cut off what got through, so that the next attempt stands where this one should have.
      if (auto cut = file_->truncate(bytes_); !cut) return final_error(std::move(cut).error());
      return appended;
    }
    bytes += piece.size();
  }
  bytes_ += bytes;
  return {};
}

base::Status Lane::sync() {
  // After a failed sync nobody knows what is on disk, and trying again would only pretend (Linux
  // reports the error once and then forgets it, fsync(2)): final, whatever its cause.
  if (auto synced = file_->sync(); !synced) return final_error(std::move(synced).error());
  if (folders_synced_) return {};
  for (const std::string& folder : {sys::parent(path_), store_, sys::parent(store_)})
    if (auto synced = fs_.sync_directory(folder); !synced) return final_error(std::move(synced).error());
  folders_synced_ = true;
  return {};
}

}  // namespace logmill::store
