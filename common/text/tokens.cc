#include "text/tokens.h"

namespace logmill::text {

std::string_view lower_ascii(std::string_view bytes, std::string& scratch) {
  std::size_t capital = 0;
  while (capital < bytes.size() && token_byte(bytes[capital]) != TokenByte::upper) ++capital;
  if (capital == bytes.size()) return bytes;
  scratch.assign(bytes);
  for (; capital < scratch.size(); ++capital) scratch[capital] = lower_ascii(scratch[capital]);
  return scratch;
}

}  // namespace logmill::text
