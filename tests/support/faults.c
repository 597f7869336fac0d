// What a test cannot ask of every machine, put between a program and the C library (LD_PRELOAD):
//
//   FAULT_QUOTA=DIR   the files below DIR may have as many bytes together as DIR.quota says; more: EDQUOT
//   FAULT_CLOCK=FILE  the wall clock is ahead by as many seconds as FILE says; clocks for intervals are as they are
//
// Both files are read at each call, so that a script may change its mind. An empty one, which is being written, changes nothing.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long long number_in(const char* path, long long otherwise) {
  char text[32];
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return otherwise;
  const ssize_t got = read(fd, text, sizeof text - 1);
  close(fd);
  if (got <= 0) return otherwise;
  text[got] = '\0';
  return strtoll(text, NULL, 10);
}

// --- the quota ---

static pthread_mutex_t counting = PTHREAD_MUTEX_INITIALIZER;
static long long used;

static int count_file(const char* path, const struct stat* info, int kind, struct FTW* walk) {
  (void)path, (void)walk;
  if (kind == FTW_F) used += info->st_size;
  return 0;
}

// How many of `size` bytes may still be written to `fd`.
static long long allowed(int fd, size_t size) {
  const char* const dir = getenv("FAULT_QUOTA");
  if (dir == NULL) return (long long)size;
  char link[64], path[PATH_MAX], limit[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t length = readlink(link, path, sizeof path - 1);
  const size_t root = strlen(dir);
  if (length <= (ssize_t)root || strncmp(path, dir, root) != 0 || path[root] != '/') return (long long)size;
  snprintf(limit, sizeof limit, "%s.quota", dir);
  pthread_mutex_lock(&counting);
  used = 0;
  nftw(dir, count_file, 8, FTW_PHYS);
  const long long left = number_in(limit, LLONG_MAX) - used;
  pthread_mutex_unlock(&counting);
  return left >= (long long)size ? (long long)size : left > 0 ? left : 0;
}

// As the kernel does: first what fits, then the error.
ssize_t write(int fd, const void* bytes, size_t size) {
  const long long count = allowed(fd, size);
  if (count == 0 && size > 0) {
    errno = EDQUOT;
    return -1;
  }
  return syscall(SYS_write, fd, bytes, (size_t)count);
}

// --- the clock ---

static time_t ahead(void) {
  static atomic_llong last;
  const char* const path = getenv("FAULT_CLOCK");
  if (path == NULL) return 0;
  const int kept = errno;
  const long long now = number_in(path, last);
  errno = kept;
  last = now;
  return (time_t)now;
}

int clock_gettime(clockid_t clock, struct timespec* to) {
  const int result = (int)syscall(SYS_clock_gettime, clock, to);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) to->tv_sec += ahead();
  return result;
}

int gettimeofday(struct timeval* restrict to, void* restrict zone) {
  (void)zone;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  to->tv_sec = now.tv_sec;
  to->tv_usec = now.tv_nsec / 1000;
  return 0;
}

time_t time(time_t* to) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (to != NULL) *to = now.tv_sec;
  return now.tv_sec;
}
