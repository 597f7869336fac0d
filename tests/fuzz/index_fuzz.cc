// The index reader on any bytes: it refuses them or answers, and never says no to a block whose
// chunk is damaged.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "index/index_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace logmill;
  // A copy of its own, so that a read past the end is seen.
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto reader = index::IndexReader::open(bytes);
  if (!reader) return 0;
  const bool sound = reader->verify().has_value();
  for (std::uint64_t key = 1; key < 64; ++key) {
    index::BlockMask candidates(reader->blocks(), 1);
    if (!reader->narrow(key * 0x9e3779b97f4a7c15, candidates) && sound) std::abort();
  }
  return 0;
}
