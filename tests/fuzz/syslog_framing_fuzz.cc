// Lines out of any bytes: whole or byte by byte, the same lines; and what is held stays bounded.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "transport/line_framing.h"

namespace {

constexpr std::size_t kLineMax = 16;

std::vector<std::string> split(std::string_view input, std::size_t chunk) {
  logmill::transport::LineFraming framing(kLineMax);
  std::vector<std::string> lines;
  const auto drain = [&] {
    while (const auto line = framing.next()) lines.push_back((line->cut ? "~" : "=") + std::string(line->bytes));
  };
  while (!input.empty()) {
    framing.append(input.substr(0, chunk));
    input.remove_prefix(chunk < input.size() ? chunk : input.size());
    drain();
    if (framing.bytes_held() > kLineMax + chunk + 16) std::abort();
  }
  framing.finish();
  drain();
  return lines;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (split(input, 1) != split(input, size + 1)) std::abort();
  return 0;
}
