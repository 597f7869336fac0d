#include "sys/file_limit.h"

#include <algorithm>
#include <climits>
#include <sys/resource.h>
#include <utility>

namespace logmill::sys {

int raise_file_limit() {
  constexpr int kUnknown = 1024;
  rlimit limit;
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return kUnknown;
  const rlim_t before = std::exchange(limit.rlim_cur, limit.rlim_max);
  const rlim_t now = ::setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_max : before;
  return static_cast<int>(std::min<rlim_t>(now, INT_MAX));
}

}  // namespace logmill::sys
