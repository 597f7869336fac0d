#include "crypt/key_ring.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "base/hex.h"
#include "crypt/secret.h"
#include "text/digits.h"

namespace logmill::crypt {
namespace {

constexpr std::uint64_t kKeyFileBytesMax = 64 << 10;

bool read_hex(std::string_view text, KeyBytes& to) {
  if (text.size() != 2 * to.size()) return false;
  for (std::size_t i = 0; i < to.size(); ++i) {
    const int high = base::hex_digit(text[2 * i]), low = base::hex_digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    to[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return true;
}

std::string_view trimmed(std::string_view line) {
  constexpr std::string_view kSpace = " \t\r";
  const std::size_t first = line.find_first_not_of(kSpace);
  if (first == line.npos) return {};
  return line.substr(first, line.find_last_not_of(kSpace) - first + 1);
}

KeyId id_of(const KeyBytes& key) {
  const KeyBytes derived = derive(key, {}, "logmill key id");
  KeyId id;
  std::copy_n(derived.begin(), id.size(), id.begin());
  return id;
}

// OpenSSL takes no null, also where there are no bytes.
OSSL_PARAM octets(const char* name, const void* bytes, std::size_t size) {
  return OSSL_PARAM_construct_octet_string(name, const_cast<void*>(size == 0 ? "" : bytes), size);
}

}  // namespace

KeyBytes derive(const KeyBytes& key, std::span<const std::uint8_t> salt, std::string_view purpose) {
  const std::unique_ptr<EVP_KDF, decltype(&EVP_KDF_free)> kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr), EVP_KDF_free);
  const std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> context(EVP_KDF_CTX_new(kdf.get()), EVP_KDF_CTX_free);
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string("digest", digest, 0), octets("key", key.data(), key.size()),
                                   octets("info", purpose.data(), purpose.size()), octets("salt", salt.data(), salt.size()),
                                   OSSL_PARAM_construct_end()};
  KeyBytes derived;
  if (!context || EVP_KDF_derive(context.get(), derived.data(), derived.size(), parameters) != 1)
    throw std::runtime_error("OpenSSL cannot derive a key");
  return derived;
}

std::string to_text(const KeyId& id) {
  std::string text;
  for (const std::uint8_t byte : id) text::append_hex_byte(text, byte);
  return text;
}

base::Result<KeyRing> KeyRing::parse(std::string_view text, const std::string& name) {
  KeyRing ring;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.starts_with('#')) continue;
    KeyBytes bytes;
    if (!read_hex(line, bytes))
      return base::Error{base::ErrorCode::invalid,
                         name + ":" + std::to_string(number) + ": a key is 64 hexadecimal digits, as `openssl rand -hex 32` prints them"};
    ring.keys_.push_back({id_of(bytes), bytes});
    OPENSSL_cleanse(bytes.data(), bytes.size());
  }
  if (ring.empty()) return base::Error{base::ErrorCode::invalid, name + ": holds no key"};
  return ring;
}

base::Result<KeyRing> KeyRing::read(const std::string& path) {
  LOGMILL_ASSIGN_OR_RETURN(std::string text, read_secret_file(path, kKeyFileBytesMax));
  auto ring = parse(text, path);
  wipe(text);
  return ring;
}

KeyRing::~KeyRing() {
  for (Key& key : keys_) OPENSSL_cleanse(key.bytes.data(), key.bytes.size());
}

const Key* KeyRing::find(const KeyId& id) const {
  const auto found = std::ranges::find(keys_, id, &Key::id);
  return found == keys_.end() ? nullptr : &*found;
}

}  // namespace logmill::crypt
