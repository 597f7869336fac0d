#include "flat/rotated_file.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <tuple>

#include "flat/flat_format.h"
#include "text/time.h"

namespace logmill::flat {
namespace {

constexpr std::size_t kStampBytes = 16;  // 20261121T101500Z
constexpr codec::Container kContainers[] = {codec::Container::gzip, codec::Container::zstd};

// "dir/app.log" is "dir/app" and ".log"; a name without a dot has no extension.
std::pair<std::string_view, std::string_view> split_extension(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::size_t dot = path.rfind('.');
  const std::size_t name = slash == std::string_view::npos ? 0 : slash + 1;
  if (dot == std::string_view::npos || dot <= name) return {path, {}};
  return {path.substr(0, dot), path.substr(dot)};
}

std::string stamp(base::TimeNs time) {
  const text::CivilTime civil = text::civil_from_ns(time);
  std::array<char, 64> out;
  std::snprintf(out.data(), out.size(), "%04d%02u%02uT%02u%02u%02uZ", civil.year, civil.month, civil.day, civil.hour, civil.minute,
                civil.second);
  return out.data();
}

std::optional<base::TimeNs> parse_stamp(std::string_view text) {
  const std::string rfc3339 = std::string(text.substr(0, 4)) + "-" + std::string(text.substr(4, 2)) + "-" + std::string(text.substr(6, 5)) +
                              ":" + std::string(text.substr(11, 2)) + ":" + std::string(text.substr(13));
  const auto time = text::parse_rfc3339(rfc3339);
  if (!time || stamp(*time) != text) return std::nullopt;
  return time;
}

bool take_suffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

std::string rotated_path(const std::string& path, base::TimeNs time) {
  const auto [stem, extension] = split_extension(path);
  return std::string(stem) + "-" + stamp(time) + std::string(extension);
}

std::string_view container_suffix(codec::Container container) {
  switch (container) {
    case codec::Container::gzip: return ".gz";
    case codec::Container::zstd: return ".zst";
    default: return "";
  }
}

std::optional<RotatedFile> parse_rotated(const std::string& path, const std::string& candidate) {
  const auto [stem, extension] = split_extension(path);
  RotatedFile file{.path = candidate};
  std::string_view rest = candidate;
  if (!take_prefix(rest, stem) || !take_prefix(rest, "-") || rest.size() < kStampBytes) return std::nullopt;
  file.unfinished = take_suffix(rest, kTemporarySuffix);
  for (const codec::Container container : kContainers)
    if (file.container == codec::Container::none && take_suffix(rest, container_suffix(container))) file.container = container;
  if (!take_suffix(rest, extension) || rest.size() != kStampBytes) return std::nullopt;
  const auto time = parse_stamp(rest);
  if (!time) return std::nullopt;
  file.time = *time;
  return file;
}

base::Result<std::vector<RotatedFile>> list_rotated(sys::FileSystem& fs, const std::string& path) {
  std::vector<RotatedFile> files;
  const auto names = fs.list(sys::parent(path));
  if (!names && names.error().code == base::ErrorCode::not_found) return files;
  if (!names) return names.error();
  const bool bare = path.find('/') == std::string::npos;
  for (const std::string& name : *names)
    if (auto file = parse_rotated(path, bare ? name : sys::join(sys::parent(path), name))) files.push_back(*std::move(file));
  std::ranges::sort(files, [](const RotatedFile& a, const RotatedFile& b) { return std::tie(a.time, a.path) < std::tie(b.time, b.path); });
  return files;
}

}  // namespace logmill::flat
