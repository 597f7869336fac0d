#include "crypt/secret.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <sys/stat.h>

#include <algorithm>

#include "sys/file_system.h"

namespace logmill::crypt {
namespace {

std::array<std::uint8_t, 32> sha256(std::string_view text) {
  std::array<std::uint8_t, 32> digest;
  ::SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return digest;
}

}  // namespace

base::Result<std::string> read_secret_file(const std::string& path, std::uint64_t bytes_max) {
  struct stat info {};
  if (::stat(path.c_str(), &info) == 0 && (info.st_mode & (S_IROTH | S_IWOTH)) != 0)
    return base::Error{base::ErrorCode::invalid, path + ": anybody may read or write it; chmod 600 it"};
  return sys::os_file_system().read_file(path, bytes_max);
}

void wipe(std::string& secret) { OPENSSL_cleanse(secret.data(), secret.size()); }

std::string sha1_base64(std::string_view text) {
  std::array<std::uint8_t, 20> digest;
  ::SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::array<unsigned char, 29> base64;  // 28 characters, and the zero that OpenSSL sets
  const int length = ::EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(digest.size()));
  return {reinterpret_cast<const char*>(base64.data()), static_cast<std::size_t>(length)};
}

std::optional<std::string> decode_base64(std::string_view text) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  // OpenSSL would let blanks pass, and take any padding for zeros.
  const std::size_t letters = std::min(text.find_first_not_of(kLetters), text.size());
  const std::size_t padding = text.size() - letters;
  if (text.size() % 4 != 0 || padding > 2 || text.substr(letters) != std::string_view("==").substr(0, padding)) return std::nullopt;
  std::string decoded(text.size() / 4 * 3, '\0');
  if (::EVP_DecodeBlock(reinterpret_cast<unsigned char*>(decoded.data()), reinterpret_cast<const unsigned char*>(text.data()),
                        static_cast<int>(text.size())) < 0)
    return std::nullopt;
  decoded.resize(decoded.size() - padding);
  return decoded;
}

SecretDigest::SecretDigest(std::string_view secret) : sha256_(sha256(secret)) {}

bool SecretDigest::is_of(std::string_view text) const {
  const auto other = sha256(text);
  return CRYPTO_memcmp(sha256_.data(), other.data(), other.size()) == 0;
}

}  // namespace logmill::crypt
