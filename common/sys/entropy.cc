#include "sys/entropy.h"

#include <cerrno>
#include <fcntl.h>
#include <string_view>
#include <sys/random.h>
#include <unistd.h>

#include "base/hex.h"
#include "sys/fd.h"

namespace logmill::sys {

void fill_random(void* to, std::size_t size) {
  auto* bytes = static_cast<char*>(to);
  while (size > 0) {
    const ssize_t got = ::getrandom(bytes, size, 0);
    if (got < 0) continue;  // only EINTR is possible with these arguments
    bytes += got;
    size -= static_cast<std::size_t>(got);
  }
}

std::array<std::uint8_t, 16> boot_id() {
  std::array<std::uint8_t, 16> id{};
  const Fd file(::open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC));
  char text[64];
  const auto size = read_some(file.get(), text, sizeof text);
  if (!size) return id;
  std::size_t digits = 0;
  for (const char c : std::string_view(text, *size)) {
    const int digit = base::hex_digit(c);
    if (digit < 0) continue;  // dashes, newline
    if (digits == 32) break;
    std::uint8_t& byte = id[digits / 2];
    byte = static_cast<std::uint8_t>(byte << 4 | digit);
    ++digits;
  }
  return id;
}

}  // namespace logmill::sys
