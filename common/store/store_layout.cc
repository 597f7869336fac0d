#include "store/store_layout.h"

#include <array>
#include <cstdio>

#include "text/time.h"

namespace logmill::store {
namespace {

bool is_partition_name(std::string_view name) {
  constexpr std::string_view kShape = "0000-00-00";
  if (name.size() < kShape.size()) return false;
  // Years beyond four digits are longer, years before 1 start with a dash: only the end has a fixed shape.
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
  std::snprintf(id.data(), id.size(), "%04d%02u%02uT%02u%02u%02u%03u-%06x", civil.year, civil.month, civil.day,
                civil.hour, civil.minute, civil.second, civil.nanosecond / 1'000'000,
                static_cast<unsigned>(salt & 0xffffff));
  return id.data();
}

std::string segment_id(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash != std::string_view::npos) path.remove_prefix(slash + 1);
  return std::string(path.substr(0, path.find('.')));
}

std::string with_suffix(std::string_view path, std::string_view suffix) {
  return sys::join(sys::parent(path), segment_id(path)) + std::string(suffix);
}

base::Result<std::vector<PartitionFile>> list_partition_files(sys::FileSystem& fs, const std::string& store) {
  std::vector<PartitionFile> files;
  const auto folders = fs.list(store);
  if (!folders) {
    if (folders.error().code == base::ErrorCode::not_found) return files;
    return folders.error();
  }
  for (const std::string& folder : *folders) {
    if (!is_partition_name(folder)) continue;
    const auto names = fs.list(sys::join(store, folder));
    if (!names) {
      if (names.error().code == base::ErrorCode::not_found) continue;  // removed while listing
      return names.error();
    }
    for (const std::string& name : *names) files.push_back({folder, name});
  }
  return files;
}

}  // namespace logmill::store
