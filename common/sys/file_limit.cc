#include "sys/file_limit.h"

#include <algorithm>
#include <climits>
#include <fcntl.h>
#include <sys/resource.h>
#include <utility>
#include <vector>

#include "sys/fd.h"

namespace logmill::sys {

int raise_file_limit() {
  constexpr int kUnknown = 1024;
  rlimit limit;
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return kUnknown;
  const rlim_t before = std::exchange(limit.rlim_cur, limit.rlim_max);
  const rlim_t now = ::setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_max : before;
  return static_cast<int>(std::min<rlim_t>(now, INT_MAX));
}

bool can_open_files(int fd, unsigned count) {
  std::vector<Fd> copies;
  while (copies.size() < count) {
    copies.emplace_back(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
    if (!copies.back().valid()) return false;
  }
  return true;
}

}  // namespace logmill::sys
