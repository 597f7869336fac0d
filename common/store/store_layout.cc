#include "store/store_layout.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "text/time.h"

namespace logmill::store {
namespace {

bool is_partition_name(std::string_view name) {
  constexpr std::string_view kShape = "0000-00-00";
  if (name.size() < kShape.size()) return false;
  // Years beyond four digits are longer, years before 1 start with a dash: only the end has a fixed
  // shape.
  const std::string_view end = name.substr(name.size() - kShape.size());
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    const bool digit = end[i] >= '0' && end[i] <= '9';
    if (kShape[i] == '0' ? !digit : end[i] != kShape[i]) return false;
  }
  return true;
}

}  // namespace

std::string partition_name(base::TimeNs time) {
  const text::CivilTime civil = text::civil_from_ns(time);
  std::array<char, 32> name;
  std::snprintf(name.data(), name.size(), "%04d-%02u-%02u", civil.year, civil.month, civil.day);
  return name.data();
}

std::string make_segment_id(base::TimeNs now, std::uint64_t salt) {
  const text::CivilTime civil = text::civil_from_ns(now);
  std::array<char, 64> id;
  std::snprintf(id.data(), id.size(), "%04d%02u%02uT%02u%02u%02u%03u-%06x", civil.year, civil.month, civil.day, civil.hour, civil.minute,
                civil.second, civil.nanosecond / 1'000'000, static_cast<unsigned>(salt & 0xffffff));
  return id.data();
}

base::TimeNs id_time(std::string_view id) {
  std::string time("0000-00-00T00:00:00.000Z");
  std::size_t at = 0;
  for (char& digit : time) {
    if (at >= id.size()) return 0;
    if (digit == '0' || digit == 'T') digit = id[at++];
  }
  return text::parse_rfc3339(time).value_or(0);
}

std::string segment_id(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash != std::string_view::npos) path.remove_prefix(slash + 1);
  return std::string(path.substr(0, path.find('.')));
}

std::string with_suffix(std::string_view path, std::string_view suffix) {
  return sys::join(sys::parent(path), segment_id(path)) + std::string(suffix);
}

namespace {

// `prefix` is "" or "cold/".
base::Status list_partitions(sys::FileSystem& fs, const std::string& store, const std::string& prefix,
                             const std::vector<std::string>& folders, std::vector<PartitionFile>& files) {
  for (const std::string& folder : folders) {
    if (!is_partition_name(folder)) continue;
    const auto names = fs.list(sys::join(store, prefix + folder));
    if (!names) {
      if (names.error().code == base::ErrorCode::not_found) continue;  // removed while listing
      return names.error();
    }
    for (const std::string& name : *names) files.push_back({prefix + folder, name});
  }
  return {};
}

std::string_view day_of(const PartitionFile& file) { return std::string_view(file.partition).substr(file.partition.find('/') + 1); }

}  // namespace

base::Result<std::vector<PartitionFile>> list_partition_files(sys::FileSystem& fs, const std::string& store) {
  std::vector<PartitionFile> files;
  const auto folders = fs.list(store);
  if (!folders) {
    if (folders.error().code == base::ErrorCode::not_found) return files;
    return folders.error();
  }
  LOGMILL_RETURN_IF_ERROR(list_partitions(fs, store, "", *folders, files));
  if (!std::binary_search(folders->begin(), folders->end(), kColdName)) return files;
  const auto cold = fs.list(sys::join(store, kColdName));
  if (!cold) return files;
  LOGMILL_RETURN_IF_ERROR(list_partitions(fs, store, std::string(kColdName) + "/", *cold, files));
  std::stable_sort(files.begin(), files.end(), [](const PartitionFile& a, const PartitionFile& b) {
    return std::pair(day_of(a), std::string_view(a.name)) < std::pair(day_of(b), std::string_view(b.name));
  });
  return files;
}

base::Status check_cold_tier(sys::FileSystem& fs, const std::string& store) {
  const auto names = fs.list(store);
  if (!names || !std::binary_search(names->begin(), names->end(), kColdName)) return {};
  const std::string cold = sys::join(store, kColdName);
  if (fs.info(sys::join(cold, kColdMarkName))) return {};
  return base::Error{base::ErrorCode::again, cold + ": the cold tier is not there; is its disk mounted?"};
}

bool is_cold(const std::string& store, std::string_view path) { return path.starts_with(sys::join(store, kColdName) + "/"); }

}  // namespace logmill::store
