// Which rings there are, who is at them, and how to get rid of one. docs/formats/ring.md.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "transport/ring_memory.h"

namespace logmill::transport {

struct RingState {
  std::uint64_t capacity = 0;       // bytes
  std::uint64_t waiting = 0;        // bytes that the slowest reader has not had, entries' headers included
  std::uint32_t readers = 0;        // alive
  std::uint32_t places_kept = 0;    // of readers that were killed
  bool has_writer = false;          // alive
  bool overwrites = false;          // when it is full; otherwise its writer waits
  std::uint64_t overwritten = 0;    // bytes, before the slowest reader had them
  bool ended = false;               // in order: the last reader removes the ring
  bool of_an_earlier_boot = false;  // of a file: checked, entry by entry, when it is next opened
};

// In shared memory, by name.
base::Result<std::vector<RingName>> list_rings();
// What is there at this moment; changes nothing. not_found; `again`: not made yet; corrupt, unsupported.
base::Result<RingState> survey_ring(const RingName& name);
// Removes the name and what waits in it. `again` if a writer or a reader is alive.
base::Status remove_ring(const RingName& name);

}  // namespace logmill::transport
