// Encrypts the pages of one file. Format: docs/formats/encrypted-file.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "crypt/key_ring.h"

namespace logmill::crypt {

inline constexpr std::string_view kPageMagic = "LMPG";
inline constexpr std::size_t kPageHeadBytes = 4 + 4 + 12;
inline constexpr std::size_t kPageTagBytes = 16;
inline constexpr std::size_t kPageOverhead = kPageHeadBytes + kPageTagBytes;
inline constexpr std::size_t kPageContentMax = 65'536;

// Safe to be used from several threads.
class PageCipher {
 public:
  PageCipher(const Key& key, const Salt& salt) : key_(derive(key.bytes, salt, "logmill file")) {}
  ~PageCipher();

  // Appends the page that holds `content` (1 to kPageContentMax bytes) and will stand at `offset`.
  void append_page(std::string& out, std::string_view content, std::uint64_t offset) const;
  // Decrypts a whole page that stands at `offset` into its length's bytes at `to`; false, and
  // zeros, if it is not what was written there.
  bool open_page(std::string_view page, std::uint64_t offset, char* to) const;

 private:
  KeyBytes key_;
};

// The length of the content of the page that begins so; 0 if none does. `head` has kPageHeadBytes.
std::size_t page_content_bytes(std::string_view head);

}  // namespace logmill::crypt
