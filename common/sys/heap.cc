#include "sys/heap.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string_view>
#include <system_error>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "sys/fd.h"

namespace logmill::sys {

void keep_heap_small() {
#ifdef __GLIBC__
  constexpr int kLargeBytes = 4 << 20;
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_MMAP_THRESHOLD, kLargeBytes);
  mallopt(M_TRIM_THRESHOLD, kLargeBytes);  // else what a block took would go back after each, page by page
#endif
}

void give_back_free_heap() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

std::uint64_t resident_bytes() {
  const Fd file(open("/proc/self/statm", O_RDONLY | O_CLOEXEC));
  char text[128];
  const ssize_t size = file.valid() ? read(file.get(), text, sizeof text) : 0;
  const std::string_view pages(text, static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  const std::size_t at = pages.find(' ');  // the first number is the size of the address space
  std::uint64_t resident = 0;
  if (at == std::string_view::npos || std::from_chars(text + at + 1, text + pages.size(), resident).ec != std::errc()) return 0;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace logmill::sys
