// The writing end of a ring. Protocol: docs/formats/ring.md.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/reporter.h"
#include "base/result.h"
#include "sys/stop.h"
#include "transport/ring_entry.h"
#include "transport/ring_memory.h"

namespace logmill::transport {

// One writer, one thread. Destroyed without `close` it leaves the ring as a killed writer would:
// readers wait for the next writer, which goes on at the same place.
class RingWriter {
 public:
  // Makes the ring if there is none; the size that the name asks for (rounded to what a ring can have) counts only then.
  // `again` if another writer is at it. `stop` must outlive the writer.
  static base::Result<std::unique_ptr<RingWriter>> open(const RingName& name, sys::Stop& stop);

  // Waits for room as long as it takes, unless the ring is one that is overwritten. Once a stop is requested: until the time of grace is
  // over, and not at all when no reader lives; then `again`, and the message is not in the ring.
  base::Status write(std::string_view message);
  // Free bytes in the ring in which a message may be made, as many as there are without waiting; it need not fit.
  base::Result<std::span<char>> free_bytes();
  // The message is what was made in the first `size` of them. Does not wait for room, nor for readers that do not follow.
  void write_made(std::size_t size);
  // The orderly end: readers see it after the last message. Does not wait for them.
  base::Status close();

 private:
  RingWriter(const RingName& name, std::unique_ptr<RingMemory> memory, sys::Stop& stop);
  base::Status write_piece(RingKind kind, std::string_view bytes);
  base::Status make_room(std::uint64_t bytes);
  base::Status overwrite(std::uint64_t bytes);
  std::uint64_t room() const;
  enum class Orphans { keep, drop };
  // Moves `base` up to the slowest reader; returns how many readers live (counted only with
  // Orphans::drop).
  base::Result<unsigned> advance_base(Orphans orphans);
  void publish(std::uint64_t tail);
  void let_readers_follow(std::uint64_t bytes);
  bool wait_for_readers(std::uint64_t least);
  std::uint64_t lead() const;

  std::string address_;
  std::unique_ptr<RingMemory> memory_;
  RingHeader& header_;
  RingData data_;
  const bool overwrites_;
  sys::Stop& stop_;
  std::uint64_t tail_;                       // ours alone to move
  std::uint64_t look_at_ = 0;                // the tail at which to look how far behind the readers are
  std::uint64_t lead_max_ = kRingLeadBytes;  // more, after readers did not follow
};

}  // namespace logmill::transport
