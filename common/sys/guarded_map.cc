#include "sys/guarded_map.h"

#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <mutex>
#include <utility>

#include "sys/fd.h"

namespace logmill::sys {
namespace {

// What the signal handler knows of the maps. It is called with an address and nothing else, so these
// are of the process. A slot is free where `begin` is 0.
struct GuardSlot {
  std::atomic<std::uintptr_t> begin{0}, end{0};
  std::atomic<bool> cut{false};
};
// One for each thread that reads, and some.
constexpr int kGuardSlots = 16;
GuardSlot guard_slots[kGuardSlots];
std::mutex guard_mutex;  // of those who take and give back slots
struct sigaction action_before_guard;

// From the fault to the end of the map there are zeros now. Only calls that are allowed in a handler.
bool mend(std::uintptr_t fault) {
  for (GuardSlot& slot : guard_slots) {
    const std::uintptr_t begin = slot.begin.load(), end = slot.end.load();
    if (begin == 0 || fault < begin || fault >= end) continue;
    const std::uintptr_t page = fault & ~(static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE)) - 1);
    slot.cut = true;
    return ::mmap(reinterpret_cast<void*>(page), end - page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED;
  }
  return false;
}

// A fault that is not ours comes again when this returns, and then is whose it was before; a signal
// that was sent is sent again.
void on_bus_error(int, siginfo_t* info, void*) {
  const int error = errno;
  const bool sent = info->si_code <= 0;
  if (sent || !mend(reinterpret_cast<std::uintptr_t>(info->si_addr))) {
    ::sigaction(SIGBUS, &action_before_guard, nullptr);
    if (sent) ::raise(SIGBUS);
  }
  errno = error;
}

void guard_bus_errors() {
  static const bool installed = [] {
    struct sigaction action {};
    action.sa_sigaction = on_bus_error;
    action.sa_flags = SA_SIGINFO | SA_RESTART;
    ::sigemptyset(&action.sa_mask);
    return ::sigaction(SIGBUS, &action, &action_before_guard) == 0;
  }();
  static_cast<void>(installed);
}

int take_guard_slot(std::uintptr_t begin, std::size_t size) {
  const std::lock_guard lock(guard_mutex);
  for (int i = 0; i < kGuardSlots; ++i) {
    if (guard_slots[i].begin.load() != 0) continue;
    guard_slots[i].cut = false;
    guard_slots[i].end = begin + size;
    guard_slots[i].begin = begin;
    return i;
  }
  return -1;
}

}  // namespace

base::Result<GuardedMap> GuardedMap::open(int fd, std::uint64_t offset, std::size_t size, Pages pages) {
  guard_bus_errors();
  const std::uint64_t before = offset % static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  GuardedMap map;
  map.mapped_ = before + size;
  const int flags = MAP_SHARED | (pages == Pages::at_once ? MAP_POPULATE : 0);
  void* const address = ::mmap(nullptr, map.mapped_, PROT_READ, flags, fd, static_cast<off_t>(offset - before));
  if (address == MAP_FAILED) return error_from_errno(errno, "map");
  map.address_ = address;
  map.bytes_ = {static_cast<const char*>(address) + before, size};
  map.slot_ = take_guard_slot(reinterpret_cast<std::uintptr_t>(address), map.mapped_);
  if (map.slot_ < 0) return base::Error{base::ErrorCode::again, "map: too many at once"};
  return map;
}

GuardedMap::GuardedMap(GuardedMap&& other) noexcept
    : address_(std::exchange(other.address_, nullptr)),
      mapped_(std::exchange(other.mapped_, 0)),
      bytes_(std::exchange(other.bytes_, {})),
      slot_(std::exchange(other.slot_, -1)) {}

GuardedMap& GuardedMap::operator=(GuardedMap&& other) noexcept {
  if (this == &other) return *this;
  close();
  address_ = std::exchange(other.address_, nullptr);
  mapped_ = std::exchange(other.mapped_, 0);
  bytes_ = std::exchange(other.bytes_, {});
  slot_ = std::exchange(other.slot_, -1);
  return *this;
}

bool GuardedMap::intact() const { return slot_ < 0 || !guard_slots[slot_].cut.load(); }

void GuardedMap::close() {
  // The slot first: the address may be another's as soon as it is unmapped.
  if (slot_ >= 0) {
    const std::lock_guard lock(guard_mutex);
    guard_slots[slot_].begin = 0;
  }
  if (address_ != nullptr) ::munmap(address_, mapped_);
}

}  // namespace logmill::sys
