#include "transport/ring_survey.h"

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "sys/byte_lock.h"
#include "sys/entropy.h"

namespace logmill::transport {
namespace {

// Where Linux shows shared memory, and what RingMemory puts before a ring's name there.
constexpr const char* kSharedMemoryFolder = "/dev/shm";
constexpr std::string_view kPrefix = "logmill.";

}  // namespace

base::Result<std::vector<RingName>> list_rings() {
  std::vector<RingName> names;
  std::error_code error;
  for (std::filesystem::directory_iterator at(kSharedMemoryFolder, error), end; !error && at != end; at.increment(error)) {
    const std::string file = at->path().filename();
    if (file.starts_with(kPrefix)) names.push_back({.name = file.substr(kPrefix.size())});
  }
  if (error) return base::Error{base::ErrorCode::io, std::string(kSharedMemoryFolder) + ": " + error.message()};
  std::ranges::sort(names, {}, &RingName::name);
  return names;
}

base::Result<RingState> survey_ring(const RingName& name) {
  LOGMILL_ASSIGN_OR_RETURN(const auto memory, RingMemory::open(name));
  LOGMILL_RETURN_IF_ERROR(memory->map());
  const RingHeader& header = memory->header();
  RingState state{.capacity = header.capacity,
                  .overwrites = (header.flags & kRingOverwrites) != 0,
                  .overwritten = header.overwritten.load(),
                  .ended = header.ended.load() != 0};
  LOGMILL_ASSIGN_OR_RETURN(state.has_writer, sys::byte_locked_elsewhere(memory->fd(), kRingLockWriter));
  const std::uint64_t tail = header.tail.load();
  std::uint64_t least = tail;
  for (std::size_t i = 0; i < kRingSlots; ++i) {
    const RingSlot& slot = header.slots[i];
    if (slot.taken.load() == 0) continue;
    least = std::min(least, slot.cursor.load());
    LOGMILL_ASSIGN_OR_RETURN(const bool alive, sys::byte_locked_elsewhere(memory->fd(), kRingLockSlots + i));
    ++(alive ? state.readers : state.places_kept);
  }
  const std::uint64_t base = std::min(tail, header.base.load());
  if (state.readers + state.places_kept == 0) least = base;
  // What was overwritten waits for nobody.
  state.waiting = std::min(tail - std::max(least, base), header.capacity);
  const auto boot = sys::boot_id();
  state.of_an_earlier_boot = std::memcmp(header.boot, boot.data(), boot.size()) != 0;
  return state;
}

base::Status remove_ring(const RingName& name) {
  LOGMILL_ASSIGN_OR_RETURN(const auto memory, RingMemory::open(name));
  LOGMILL_RETURN_IF_ERROR(sys::lock_byte(memory->fd(), kRingLockMembers));
  const sys::ByteLockGuard members(memory->fd(), kRingLockMembers);
  for (std::uint64_t member = kRingLockWriter; member < kRingLockSlots + kRingSlots; ++member) {
    LOGMILL_ASSIGN_OR_RETURN(const bool alive, sys::byte_locked_elsewhere(memory->fd(), member));
    if (alive)
      return base::Error{base::ErrorCode::again,
                         name.address() + ": a " + (member == kRingLockWriter ? "writer" : "reader") + " is at it; end that first"};
  }
  // A file that is no ring is somebody's.
  const base::Status mapped = memory->map();
  if (!mapped && (name.is_file || mapped.error().code == base::ErrorCode::unsupported) && mapped.error().code != base::ErrorCode::corrupt)
    return mapped;
  memory->unlink();
  return {};
}

}  // namespace logmill::transport
