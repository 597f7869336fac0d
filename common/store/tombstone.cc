#include "store/tombstone.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/hash.h"
#include "store/store_layout.h"

namespace logmill::store {
namespace {

constexpr std::string_view kMagic = "LMDELETE";
constexpr std::string_view kSuffix = ".delete";
constexpr std::uint64_t kBytesMax = 1 << 20;
// "20261121T101500123": by these an id sorts in time; what follows tells ids of one millisecond
// apart.
constexpr std::size_t kTimeDigits = 18;

std::string folder_of(const std::string& store) { return sys::join(store, kDeletesFolder); }

std::string path_of(const std::string& store, const std::string& id) { return sys::join(folder_of(store), id + std::string(kSuffix)); }

base::Result<Tombstone> parse(std::string_view bytes) {
  const base::Error damaged{base::ErrorCode::corrupt, "damaged request to delete"};
  if (!bytes.starts_with(kMagic)) return damaged;
  base::ByteReader from(bytes.substr(kMagic.size()));
  const auto checksum = from.read<std::uint64_t>();
  if (from.failed() || checksum != base::xxh3_64(bytes.substr(kMagic.size() + sizeof checksum))) return damaged;
  Tombstone tombstone;
  tombstone.created = from.read<std::int64_t>();
  tombstone.since = from.read<std::int64_t>();
  tombstone.until = from.read<std::int64_t>();
  tombstone.filter = from.read_string();
  if (from.failed() || from.remaining() != 0) return damaged;
  return tombstone;
}

// The first millisecond that is behind every segment's, whatever the clock says.
base::Result<base::TimeNs> time_behind_all(sys::FileSystem& fs, const std::string& store, base::TimeNs time) {
  LOGMILL_ASSIGN_OR_RETURN(const auto files, list_partition_files(fs, store));
  std::string greatest;
  for (const PartitionFile& file : files) greatest = std::max(greatest, file.name.substr(0, kTimeDigits));
  while (make_segment_id(time, 0).substr(0, kTimeDigits) <= greatest) {
    const base::TimeNs step = make_segment_id(time, 0).substr(0, 8) < greatest.substr(0, 8) ? base::kNsPerDay / 2 : base::kNsPerMs;
    if (time > INT64_MAX - step) return base::Error{base::ErrorCode::invalid, store + ": a segment from beyond all time"};
    time += step;
  }
  return time;
}

}  // namespace

base::Result<std::vector<Tombstone>> list_tombstones(sys::FileSystem& fs, const std::string& store) {
  std::vector<Tombstone> tombstones;
  const auto names = fs.list(folder_of(store));
  if (!names) {
    if (names.error().code == base::ErrorCode::not_found) return tombstones;
    return names.error();
  }
  for (const std::string& name : *names) {
    if (!name.ends_with(kSuffix)) continue;
    const std::string path = sys::join(folder_of(store), name);
    const auto bytes = fs.read_file(path, kBytesMax);
    if (!bytes && bytes.error().code == base::ErrorCode::not_found) continue;  // done since it was listed
    if (!bytes) return bytes.error();
    auto tombstone = parse(*bytes);
    if (!tombstone) return std::move(tombstone).error().with_context(path);
    tombstone->id = segment_id(name);
    tombstones.push_back(*std::move(tombstone));
  }
  return tombstones;
}

base::Result<Tombstone> write_tombstone(sys::FileSystem& fs, const std::string& store, Tombstone tombstone) {
  std::string content;
  base::append_le(content, tombstone.created);
  base::append_le(content, tombstone.since);
  base::append_le(content, tombstone.until);
  base::append_string(content, tombstone.filter);
  if (content.size() > kBytesMax / 2) return base::Error{base::ErrorCode::too_large, "a filter of so many bytes"};
  LOGMILL_ASSIGN_OR_RETURN(const base::TimeNs time, time_behind_all(fs, store, tombstone.created));
  tombstone.id = make_segment_id(time, base::xxh3_64(content));
  std::string bytes(kMagic);
  base::append_le(bytes, base::xxh3_64(content));
  LOGMILL_RETURN_IF_ERROR(fs.make_durable_directories(folder_of(store)));
  LOGMILL_RETURN_IF_ERROR(fs.replace_file(path_of(store, tombstone.id), bytes + content));
  return tombstone;
}

base::Status remove_tombstone(sys::FileSystem& fs, const std::string& store, const Tombstone& tombstone) {
  if (auto removed = fs.remove(path_of(store, tombstone.id)); !removed && removed.error().code != base::ErrorCode::not_found)
    return removed;
  return fs.sync_directory(folder_of(store));
}

bool concerns(const Tombstone& tombstone, const std::string& segment_id) {
  return std::string_view(segment_id).substr(0, kTimeDigits) < std::string_view(tombstone.id).substr(0, kTimeDigits);
}

}  // namespace logmill::store
