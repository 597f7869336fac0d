// The sidecar reader on any bytes: it refuses them or answers, and never says no to a span whose
// chunk is damaged. The checksum of the directory is made right first, else nothing would get past it.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/bytes.h"
#include "base/hash.h"
#include "index/sidecar_format.h"
#include "index/sidecar_reader.h"

namespace {

void mend(std::string& bytes) {
  using namespace logmill;
  if (bytes.size() < index::kSidecarMagic.size() + index::kSidecarTrailerBytes) return;
  const std::size_t trailer = bytes.size() - index::kSidecarTrailerBytes;
  const auto offset = base::load_le<std::uint64_t>(bytes.data() + trailer);
  if (offset > trailer) return;
  base::store_le(bytes.data() + trailer + 8, std::uint64_t{trailer - offset});
  base::store_le(bytes.data() + trailer + 24, base::xxh3_64(std::string_view(bytes).substr(offset, trailer - offset + 24)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace logmill;
  std::string bytes(reinterpret_cast<const char*>(data), size);
  mend(bytes);
  const auto reader = index::SidecarReader::open(bytes);
  if (!reader) return 0;
  const bool sound = reader->verify().has_value();
  for (std::uint64_t key = 1; key < 64; ++key) {
    index::BlockMask spans(reader->spans().size(), 1);
    if (!reader->narrow(key * 0x9e3779b97f4a7c15, spans) && sound) std::abort();
  }
  for (std::uint64_t offset = 1; offset != 0; offset *= 2)
    if (reader->point_before(offset).raw_offset > offset) std::abort();
  return 0;
}
