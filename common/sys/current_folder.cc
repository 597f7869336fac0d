#include "sys/current_folder.h"

#include <cstdlib>
#include <cstring>
#include <memory>
#include <unistd.h>

#include <cerrno>

#include "sys/file_system.h"

namespace logmill::sys {

base::Result<std::string> from_root(std::string_view path) {
  if (path.starts_with('/')) return std::string(path);
  struct Free {
    void operator()(char* text) const { std::free(text); }
  };
  const std::unique_ptr<char, Free> folder(getcwd(nullptr, 0));
  if (!folder) return base::Error{base::ErrorCode::io, std::string(path) + ": the current folder: " + std::strerror(errno)};
  while (path.starts_with("./")) path.remove_prefix(2);
  if (path.empty() || path == ".") return std::string(folder.get());
  return join(folder.get(), path);
}

}  // namespace logmill::sys
