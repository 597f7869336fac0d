// docs/formats/ring.md: the words of a ring, as they lie in shared memory.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace logmill::transport {

inline constexpr std::uint64_t kRingMagic = 0x0A31474E49524D4C;  // "LMRING1\n" as it lies in memory
inline constexpr std::uint32_t kRingVersion = 1;
// Flags.
inline constexpr std::uint32_t kRingChecksBytes = 1;  // `check` covers the bytes of entries
inline constexpr std::uint32_t kRingOverwrites = 2;   // full, the writer goes on over what was not read
inline constexpr std::size_t kRingSlots = 60;         // what fits the header page
inline constexpr std::uint64_t kRingAlign = 16;

// How long to sleep before looking whether the other side still lives, and whether to stop.
inline constexpr int kRingLookMs = 100;

// A writer that is so far ahead of a reader sleeps until half of that is left: at most so many times while the reader moves, and for one
// such time while it does not. Who never sleeps has his share of a busy processor and no more; a pipe, which holds 64 KiB to 1 MiB, makes
// its ends sleep often, and those who sleep are let go first.
inline constexpr std::uint64_t kRingLeadBytes = 256 << 10;
inline constexpr int kRingLeadMs = 50;
inline constexpr int kRingLeadTurns = 4;

// Which bytes of the file are locked for what.
inline constexpr std::uint64_t kRingLockMembers = 0;
inline constexpr std::uint64_t kRingLockWriter = 1;
inline constexpr std::uint64_t kRingLockSlots = 2;

struct alignas(64) RingSlot {
  std::atomic<std::uint64_t> cursor;
  std::atomic<std::uint32_t> taken;
  std::atomic<std::uint32_t> pid;
  std::atomic<std::uint32_t> prompt;
};

// Writer and readers write to different cache lines.
struct RingHeader {
  std::atomic<std::uint64_t> magic;  // written last: whoever sees it sees the rest of the header
  std::uint32_t version;
  std::uint32_t flags;
  std::uint8_t boot[16];
  std::uint64_t capacity;

  alignas(64) std::atomic<std::uint64_t> tail;
  std::atomic<std::uint64_t> base;
  std::atomic<std::uint32_t> ended;
  std::atomic<std::uint32_t> writer_pid;
  std::atomic<std::uint32_t> writer_waits;
  std::atomic<std::uint32_t> space_turn;
  std::atomic<std::uint64_t> wake_at;
  std::atomic<std::uint64_t> overwritten;

  alignas(64) std::atomic<std::uint32_t> readers_wait;
  std::atomic<std::uint32_t> data_turn;
  std::atomic<std::uint32_t> removed;

  RingSlot slots[kRingSlots];
  char reserved[64];
};

enum class RingKind : std::uint32_t { padding = 0, whole = 1, first = 2, middle = 3, last = 4 };

struct RingEntry {
  std::uint32_t size;
  std::uint32_t kind;
  std::uint64_t check;
};

inline constexpr std::uint64_t kRingHeaderBytes = 4096;
// Smaller makes no sense (entries are cut at a quarter), larger is a mistyped size.
inline constexpr std::uint64_t kRingBytesMin = 4096;
// logstore keeps in the ring what is being encoded and committed, a few blocks of 6 MB: in less it would wait for its own commits.
// More does not stay in a processor's cache.
inline constexpr std::uint64_t kRingBytesDefault = 16 << 20;
inline constexpr std::uint64_t kRingBytesMax = std::uint64_t{64} << 30;
// What a reader gathers of one cut message: four times the largest frame that a full batch makes.
inline constexpr std::uint64_t kRingMessageBytesMax = 256 << 20;

static_assert(sizeof(RingHeader) == kRingHeaderBytes);
static_assert(offsetof(RingHeader, tail) == 64);
static_assert(offsetof(RingHeader, readers_wait) == 128);
static_assert(offsetof(RingHeader, slots) == 192);
static_assert(sizeof(RingEntry) == kRingAlign);
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

}  // namespace logmill::transport
