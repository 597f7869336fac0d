#include "crypt/encrypted_file_system.h"

#include "crypt/encrypted_file.h"

namespace logmill::crypt {
namespace {

base::Error missing_key(const std::string& path, const KeyId& id, const KeyRing& keys) {
  const std::string what = path + ": encrypted with key " + to_text(id);
  if (keys.empty()) return {base::ErrorCode::invalid, what + "; name its key file with --key-file or LOGMILL_KEY_FILE"};
  return {base::ErrorCode::invalid, what + ", which is not in the key file (its first key is " + to_text(keys.first().id) + ")"};
}

}  // namespace

base::Result<std::unique_ptr<sys::File>> EncryptedFileSystem::open(const std::string& path, sys::OpenMode mode) {
  LOGMILL_ASSIGN_OR_RETURN(auto file, under_.open(path, mode));
  std::string head(kFileHeaderBytes, '\0');
  LOGMILL_ASSIGN_OR_RETURN(const std::size_t got, file->read_at(0, head.data(), head.size()));
  head.resize(got);
  // A header that a crash cut short is that of an empty file.
  const bool empty = head.empty() || (head.size() < kFileHeaderBytes && kFileMagic.starts_with(head.substr(0, kFileMagic.size())));
  if (empty && mode != sys::OpenMode::read && !keys_.empty() && !stays_plain(path))
    return std::unique_ptr<sys::File>(std::make_unique<EncryptedFile>(std::move(file), keys_.first()));
  if (empty || !head.starts_with(kFileMagic)) return file;
  const auto header = parse_file_header(head);
  if (!header) return base::Error{header.error().code, path + ": " + header.error().what};
  const Key* const key = keys_.find(header->key);
  if (key == nullptr) return missing_key(path, header->key, keys_);
  return std::unique_ptr<sys::File>(std::make_unique<EncryptedFile>(std::move(file), *key, *header));
}

base::Result<bool> EncryptedFileSystem::is_current(const std::string& path) {
  if (stays_plain(path)) return true;
  LOGMILL_ASSIGN_OR_RETURN(const auto file, under_.open(path, sys::OpenMode::read));
  std::string head(kFileHeaderBytes, '\0');
  LOGMILL_ASSIGN_OR_RETURN(const std::size_t got, file->read_at(0, head.data(), head.size()));
  if (got == 0) return true;  // it says nothing
  const auto header = parse_file_header(std::string_view(head).substr(0, got));
  return header && !keys_.empty() && header->key == keys_.first().id;
}

bool EncryptedFileSystem::stays_plain(const std::string& path) const { return plain_names_.contains(path.substr(path.rfind('/') + 1)); }

}  // namespace logmill::crypt
