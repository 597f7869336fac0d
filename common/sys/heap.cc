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
  mallopt(M_TRIM_THRESHOLD, kLargeBytes);  // else what a block took would go back after each, page by page
#endif
}

void give_back_free_heap() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

}  // namespace logmill::sys
