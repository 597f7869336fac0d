// The content of a file, decompressed, also of one that is damaged: reading goes on where the next
// part begins that can be read by itself (a gzip member, a zstd frame, …).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "codec/format.h"
#include "sys/file_system.h"
#include "sys/stop.h"

namespace logmill::loginspect {

// Takes pieces of output.
using Write = std::function<base::Status(std::string_view)>;

struct Damage {
  std::uint64_t offset = 0;  // in the file as it lies on the disk
  std::string what;          // one line, with the place
};
using OnDamage = std::function<base::Status(const Damage&)>;

struct Unpacked {
  std::uint64_t bytes = 0;  // decompressed
  std::uint64_t members = 0;
  std::uint64_t last_member = 0;  // where it begins in the file
  std::uint64_t damages = 0;
};

// Gives `use` all that can be read, in order, and `damaged` each damage between what is before and
// what is behind it. Fails only when the file cannot be read, or one of them fails. A stop ends it
// early.
base::Result<Unpacked> unpack(const sys::File& file, codec::Container container, const sys::Stop& stop, const Write& use,
                              const OnDamage& damaged);

}  // namespace logmill::loginspect
