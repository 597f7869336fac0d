#include "crypt/page_cipher.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>
#include <cstring>
#include <memory>
#include <stdexcept>

#include "base/bytes.h"
#include "sys/entropy.h"

namespace logmill::crypt {
namespace {

using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

const EVP_CIPHER* aes_256_gcm() {
  // Fetched once: looking it up costs more than a small page.
  static EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  return cipher;
}

std::array<std::uint8_t, 8> place(std::uint64_t offset) {
  std::array<std::uint8_t, 8> bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(offset >> (8 * i));
  return bytes;
}

unsigned char* bytes_of(char* text) { return reinterpret_cast<unsigned char*>(text); }
const unsigned char* bytes_of(const char* text) { return reinterpret_cast<const unsigned char*>(text); }

}  // namespace

PageCipher::~PageCipher() { OPENSSL_cleanse(key_.data(), key_.size()); }

void PageCipher::append_page(std::string& out, std::string_view content, std::uint64_t offset) const {
  const std::size_t start = out.size();
  out += kPageMagic;
  base::append_le(out, static_cast<std::uint32_t>(content.size()));
  out.resize(start + kPageOverhead + content.size());
  char* const nonce = out.data() + start + kPageHeadBytes - 12;
  char* const text = out.data() + start + kPageHeadBytes;
  sys::fill_random(nonce, 12);
  const auto at = place(offset);
  const Context context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  int size = 0;
  const bool done =
      context && EVP_EncryptInit_ex(context.get(), aes_256_gcm(), nullptr, key_.data(), bytes_of(nonce)) == 1 &&
      EVP_EncryptUpdate(context.get(), nullptr, &size, at.data(), static_cast<int>(at.size())) == 1 &&
      EVP_EncryptUpdate(context.get(), bytes_of(text), &size, bytes_of(content.data()), static_cast<int>(content.size())) == 1 &&
      EVP_EncryptFinal_ex(context.get(), bytes_of(text) + size, &size) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kPageTagBytes, text + content.size()) == 1;
  if (!done) throw std::runtime_error("OpenSSL cannot encrypt");
}

bool PageCipher::open_page(std::string_view page, std::uint64_t offset, char* to) const {
  const std::size_t length = page.size() - kPageOverhead;
  const char* const nonce = page.data() + kPageHeadBytes - 12;
  const char* const text = page.data() + kPageHeadBytes;
  std::array<char, kPageTagBytes> tag;
  std::memcpy(tag.data(), text + length, tag.size());
  const auto at = place(offset);
  const Context context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  int size = 0;
  const bool intact = context && page_content_bytes(page) == length &&
                      EVP_DecryptInit_ex(context.get(), aes_256_gcm(), nullptr, key_.data(), bytes_of(nonce)) == 1 &&
                      EVP_DecryptUpdate(context.get(), nullptr, &size, at.data(), static_cast<int>(at.size())) == 1 &&
                      EVP_DecryptUpdate(context.get(), bytes_of(to), &size, bytes_of(text), static_cast<int>(length)) == 1 &&
                      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kPageTagBytes, tag.data()) == 1 &&
                      EVP_DecryptFinal_ex(context.get(), bytes_of(to) + size, &size) == 1;
  if (!intact) std::memset(to, 0, length);
  return intact;
}

std::size_t page_content_bytes(std::string_view head) {
  if (!head.starts_with(kPageMagic)) return 0;
  base::ByteReader from(head.substr(kPageMagic.size(), 4));
  const auto length = from.read<std::uint32_t>();
  return length <= kPageContentMax ? length : 0;
}

}  // namespace logmill::crypt
