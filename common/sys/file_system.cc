#include "sys/file_system.h"

namespace logmill::sys {

base::Result<std::string> FileSystem::read_file(const std::string& path, std::uint64_t bytes_max) {
  LOGMILL_ASSIGN_OR_RETURN(const auto file, open(path, OpenMode::read));
  LOGMILL_ASSIGN_OR_RETURN(const FileInfo stat, file->info());
  if (stat.is_directory) return base::Error{base::ErrorCode::invalid, path + ": is a directory"};
  if (stat.size > bytes_max) return base::Error{base::ErrorCode::too_large, path + ": larger than " + std::to_string(bytes_max) + " bytes"};
  std::string content(stat.size, '\0');
  LOGMILL_ASSIGN_OR_RETURN(const std::size_t got, file->read_at(0, content.data(), content.size()));
  content.resize(got);
  return content;
}

base::Status FileSystem::remove_if_there(const std::string& path) {
  auto removed = remove(path);
  if (!removed && removed.error().code == base::ErrorCode::not_found) return {};
  return removed;
}

base::Status FileSystem::make_durable_directories(const std::string& path) {
  // The one above `path` in any case: who made it may have been killed before it was synced.
  std::vector<std::string> changed = {parent(path)};
  while (changed.back() != "." && changed.back() != "/" && !info(changed.back())) changed.push_back(parent(changed.back()));
  LOGMILL_RETURN_IF_ERROR(make_directories(path));
  for (const std::string& folder : changed) LOGMILL_RETURN_IF_ERROR(sync_directory(folder));
  return {};
}

base::Status FileSystem::replace_file(const std::string& path, std::string_view content) {
  const std::string temporary = path + ".tmp";
  LOGMILL_RETURN_IF_ERROR(remove_if_there(temporary));
  {
    LOGMILL_ASSIGN_OR_RETURN(const auto file, open(temporary, OpenMode::create));
    LOGMILL_RETURN_IF_ERROR(file->append(content));
    LOGMILL_RETURN_IF_ERROR(file->sync());
  }
  LOGMILL_RETURN_IF_ERROR(rename(temporary, path));
  return sync_directory(parent(path));
}

std::string join(std::string_view directory, std::string_view name) {
  std::string path(directory);
  if (!path.empty() && path.back() != '/') path += '/';
  path += name;
  return path;
}

std::string parent(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  if (slash == 0) return "/";
  return std::string(path.substr(0, slash));
}

}  // namespace logmill::sys
