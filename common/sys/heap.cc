#include "sys/heap.h"

#include <cstdlib>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace logmill::sys {

void keep_heap_small() {
#ifdef __GLIBC__
  constexpr int kLargeBytes = 4 << 20;
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_MMAP_THRESHOLD, kLargeBytes);
#endif
}

}  // namespace logmill::sys
