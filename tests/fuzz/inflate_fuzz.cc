// Compressed data of any container, perhaps damaged: in one piece and in many they give the same
// text.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "codec/inflate.h"

using namespace logmill;

namespace {

constexpr std::size_t kTextMax = 1 << 20;  // a bomb needs not go off

std::string inflate(std::string_view bytes, std::size_t piece) {
  const auto inflater = codec::make_inflater(codec::detect_container(bytes));
  std::string text, out(4096, '\0');
  while (inflater && !bytes.empty() && text.size() < kTextMax) {
    std::string_view in = bytes.substr(0, piece);
    bytes.remove_prefix(in.size());
    std::size_t size = 0;
    do {
      const auto inflated = inflater->inflate(in, out);
      if (!inflated) return text;
      size = *inflated;
      text.append(out, 0, size);
    } while ((!in.empty() || size == out.size()) && text.size() < kTextMax);
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string whole = inflate(bytes, size), pieces = inflate(bytes, 13);
  // Damage may show earlier or later, but never as other text.
  const std::size_t common = std::min(whole.size(), pieces.size());
  if (whole.compare(0, common, pieces, 0, common) != 0) std::abort();
  return 0;
}
