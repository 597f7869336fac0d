#include "logserve/export/export_place.h"

#include <algorithm>
#include <filesystem>

#include "sys/file_system.h"

namespace logmill::logserve {
namespace {

constexpr std::size_t kPathBytesMax = 1'024;
constexpr std::size_t kNameBytesMax = 200;  // a temporary name is longer

base::Error refused(std::string_view name, std::string_view why) {
  return {base::ErrorCode::invalid, "destination: " + std::string(name) + ": " + std::string(why)};
}

bool is_name(std::string_view text) {
  const bool printable = std::ranges::none_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  return !text.empty() && !text.starts_with('.') && text.size() <= kNameBytesMax && printable;
}

}  // namespace

base::Result<std::string> find_export_place(const std::string& dir, std::string_view name) {
  if (name.size() > kPathBytesMax) return refused(name.substr(0, kNameBytesMax), "too long");
  std::string path = dir;
  for (std::string_view rest = name;;) {
    const std::size_t slash = rest.find('/');
    const std::string_view part = rest.substr(0, slash);
    if (!is_name(part)) return refused(name, "a path below the folder of exports is expected, of names that do not begin with a dot");
    path = sys::join(path, part);
    std::error_code error;
    const auto status = std::filesystem::symlink_status(path, error);
    const bool there = status.type() != std::filesystem::file_type::not_found;
    if (slash == std::string_view::npos) {
      if (there) return refused(name, "is there already");
      return path;
    }
    if (there && status.type() != std::filesystem::file_type::directory) return refused(name, std::string(part) + " is no folder");
    rest.remove_prefix(slash + 1);
  }
}

}  // namespace logmill::logserve
