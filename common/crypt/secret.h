// Secrets that are given in files, and compared.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace logmill::crypt {

// The text of a file. Fails with invalid if others than the owner and the group may read or write it.
base::Result<std::string> read_secret_file(const std::string& path, std::uint64_t bytes_max);
// Overwrites it.
void wipe(std::string& secret);

// Of handshakes that demand it; no protection for anything.
std::string sha1_base64(std::string_view text);

// What the base64 of RFC 4648 stands for, with its padding; nullopt if it is none.
std::optional<std::string> decode_base64(std::string_view text);

// Tells whether a text is the secret, in a time that does not depend on how much of it is right.
class SecretDigest {
 public:
  explicit SecretDigest(std::string_view secret);
  bool is_of(std::string_view text) const;

 private:
  std::array<std::uint8_t, 32> sha256_;
};

}  // namespace logmill::crypt
