// The memory of a ring: found or made by name, mapped, locked, removed. Layout:
// docs/formats/ring.md.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "transport/ring_format.h"

namespace logmill::transport {

// What a writer does when there is no room.
enum class RingFull { wait, overwrite };

struct RingName {
  std::string name;  // of the shared memory, or the path
  bool is_file = false;
  // Of one that is made:
  std::uint64_t bytes = kRingBytesDefault;
  RingFull full = RingFull::wait;
  std::string address() const { return "ring:" + name; }
};

bool is_ring_address(std::string_view address);
// "ring:NAME" or "ring:/path", and behind it, in this order, "?size=SIZE" and "?full=overwrite".
base::Result<RingName> parse_ring_address(std::string_view address);

class RingMemory {
 public:
  // The ring of that name, which need not hold anything sensible yet. not_found if there is none.
  static base::Result<std::unique_ptr<RingMemory>> open(const RingName& name);
  // The same, or a new empty file with mode 0600.
  static base::Result<std::unique_ptr<RingMemory>> open_or_create(const RingName& name);
  ~RingMemory();

  // Maps what is there. `again`: not formatted yet; corrupt, unsupported: not a ring that we know.
  base::Status map();
  // Reserves the space for a ring in a file that `map` found not formatted, and maps it. Hold the
  // members' lock.
  base::Status format(std::uint64_t capacity, RingFull full);

  RingHeader& header() const { return *header_; }
  char* data() const { return reinterpret_cast<char*>(header_) + kRingHeaderBytes; }
  int fd() const;

  // Whether the name still leads here; a ring that was removed lives on while it is mapped.
  bool linked() const;
  void unlink();

 private:
  struct State;
  explicit RingMemory(std::unique_ptr<State> state);
  base::Status map_bytes(std::uint64_t size);

  std::unique_ptr<State> state_;
  RingHeader* header_ = nullptr;
};

}  // namespace logmill::transport
