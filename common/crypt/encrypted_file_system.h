// A file system whose files are encrypted on their way to disk. Format:
// docs/formats/encrypted-file.md.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "crypt/key_ring.h"
#include "sys/file_system.h"

namespace logmill::crypt {

// Files that begin with the magic are decrypted, with a key of the ring or an error that says which
// is missing. All others are read and appended to as they are. New files are encrypted with the
// ring's first key if it has one, but for those in `plain_names`. Safe as `under` is; `under` and
// `keys` must outlive it and its files.
class EncryptedFileSystem final : public sys::FileSystem {
 public:
  EncryptedFileSystem(sys::FileSystem& under, const KeyRing& keys, std::set<std::string, std::less<>> plain_names = {})
      : under_(under), keys_(keys), plain_names_(std::move(plain_names)) {}

  base::Result<std::unique_ptr<sys::File>> open(const std::string& path, sys::OpenMode mode) override;
  // Whether the file is as this ring would write it: encrypted with the first key, or one of those
  // that stay plain.
  base::Result<bool> is_current(const std::string& path);
  base::Status rename(const std::string& from, const std::string& to) override { return under_.rename(from, to); }
  base::Status remove(const std::string& path) override { return under_.remove(path); }
  base::Status remove_directory(const std::string& path) override { return under_.remove_directory(path); }
  base::Status make_directories(const std::string& path) override { return under_.make_directories(path); }
  base::Result<std::vector<std::string>> list(const std::string& directory) override { return under_.list(directory); }
  // The size is that on disk: what a file takes, not what it holds.
  base::Result<sys::FileInfo> info(const std::string& path) override { return under_.info(path); }
  base::Status sync_directory(const std::string& directory) override { return under_.sync_directory(directory); }
  base::Result<std::uint64_t> free_space(const std::string& path) override { return under_.free_space(path); }
  base::Result<std::uint64_t> total_space(const std::string& path) override { return under_.total_space(path); }
  base::Status link_directory(const std::string& target, const std::string& path) override { return under_.link_directory(target, path); }

 private:
  bool stays_plain(const std::string& path) const;

  sys::FileSystem& under_;
  const KeyRing& keys_;
  std::set<std::string, std::less<>> plain_names_;
};

}  // namespace logmill::crypt
