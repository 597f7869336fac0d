// Access points in any bytes of zstd, perhaps damaged: looking for them changes nothing of the text. And the walk over blocks alone, which
// then sees what libzstd would have refused before: what it understands makes a dictionary that it reads again, the same.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "codec/access_point.h"
#include "codec/zstd_block.h"

using namespace logmill;

namespace {

constexpr std::size_t kTextMax = 1 << 20;  // a bomb needs not go off

std::string inflate(const codec::AccessPoint& start, std::string_view bytes, bool find, std::size_t piece) {
  const auto inflater = codec::make_pointed_inflater(codec::Container::zstd, start);
  if (find) inflater->find_points(1);
  std::string text, out(4096, '\0');
  while (!bytes.empty() && text.size() < kTextMax) {
    std::string_view in = bytes.substr(0, piece);
    bytes.remove_prefix(in.size());
    for (std::size_t size = 1; (size > 0 || !in.empty()) && text.size() < kTextMax; text.append(out, 0, size)) {
      const auto inflated = inflater->inflate(in, out);
      if (!inflated) return text;
      size = *inflated;
      while (const auto point = inflater->take_point())
        if (point->raw_offset > text.size() + size) std::abort();
    }
  }
  return text;
}

void walk(std::string_view bytes) {
  codec::ZstdBlockWalk walk;
  walk.begin();
  while (bytes.size() > 2) {
    const std::size_t size = std::min<std::size_t>(bytes.size() - 2, base::load_le<std::uint16_t>(bytes.data()));
    const std::string block(bytes.substr(2, size));  // so that a sanitizer sees a read past the end
    bytes.remove_prefix(2 + size);
    if (!walk.enter(block) || !walk.for_each_sequence([](const codec::ZstdSequence& sequence) { return sequence.match >= 3; })) return;
    codec::ZstdBlockWalk::Repeats undescribed, none;
    const std::string head = walk.dictionary_head(undescribed);
    codec::ZstdBlockWalk again;
    if (again.begin_with(head) != head.size() || again.dictionary_head(none) != head) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  walk(bytes);
  const std::string whole = inflate({}, bytes, false, 100'000), pieces = inflate({}, bytes, true, 13);
  const std::size_t common = std::min(whole.size(), pieces.size());
  if (whole.compare(0, common, pieces, 0, common) != 0) std::abort();
  // As a window that a sidecar might hold.
  inflate({.raw_offset = 0, .inside_member = true, .window = std::string(bytes.substr(0, size / 2))}, bytes.substr(size / 2), true, 1'000);
  return 0;
}
