// Files and folders behind one interface, so that tests can fail the Nth operation, lose what was
// not synced, or fill the disk (tests/support/fault_fs.h).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace logmill::sys {

struct FileInfo {
  std::uint64_t size = 0;
  base::TimeNs modified = 0;
  base::TimeNs created = 0;  // 0: the file system does not know
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  bool is_directory = false;
  bool is_regular = false;
};

// An open file. Thread-compatible, except that `read_at` may be called from several threads.
class File {
 public:
  virtual ~File() = default;
  // Up to `size` bytes from `offset`; fewer only at the end of the file.
  virtual base::Result<std::size_t> read_at(std::uint64_t offset, char* to, std::size_t size) const = 0;
  // At the end; all or an error, after which the file may hold a part (the caller truncates).
  virtual base::Status append(std::string_view bytes) = 0;
  virtual base::Status truncate(std::uint64_t size) = 0;
  // Data and size are on stable storage afterwards (fdatasync).
  virtual base::Status sync() = 0;
  virtual base::Result<FileInfo> info() const = 0;
  // A shared map of the whole file for reading, valid while the File lives and the file is not
  // truncated; empty if maps are not supported (a fault file system): use `read_at` then.
  virtual base::Result<std::string_view> map() = 0;
  // Whether this handle now holds the exclusive advisory lock of the file (OFD: it goes with the
  // handle).
  virtual base::Result<bool> try_lock() = 0;
};

enum class OpenMode {
  read,    // must exist
  create,  // must not exist; mode 0640
  append,  // created if absent; mode 0640
};

class FileSystem {
 public:
  virtual ~FileSystem() = default;
  virtual base::Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) = 0;
  virtual base::Status rename(const std::string& from, const std::string& to) = 0;
  virtual base::Status remove(const std::string& path) = 0;
  // No error if it is not there.
  base::Status remove_if_there(const std::string& path);
  // Removes an empty folder.
  virtual base::Status remove_directory(const std::string& path) = 0;
  // With parents; mode 0750; fine if it exists.
  virtual base::Status make_directories(const std::string& path) = 0;
  // The same, and a power cut takes none of them away.
  base::Status make_durable_directories(const std::string& path);
  // Names, sorted, without "." and "..". A file that gets another name meanwhile, once, is there under one of them.
  virtual base::Result<std::vector<std::string>> list(const std::string& directory) = 0;
  virtual base::Result<FileInfo> info(const std::string& path) = 0;
  // Makes creations, renames and removals in `directory` durable.
  virtual base::Status sync_directory(const std::string& directory) = 0;
  // Bytes that an ordinary user may still write.
  virtual base::Result<std::uint64_t> free_space(const std::string& path) = 0;
  // All bytes of the file system that `path` is on.
  virtual base::Result<std::uint64_t> total_space(const std::string& path) = 0;
  // A symbolic link at `path`, which must not exist, to the folder `target`, an absolute path.
  virtual base::Status link_directory(const std::string& target, const std::string& path) = 0;

  // The whole file, if it is at most `bytes_max`.
  base::Result<std::string> read_file(const std::string& path, std::uint64_t bytes_max);
  // Replaces `path` at once: writes `path`.tmp, syncs, renames, syncs the folder.
  base::Status replace_file(const std::string& path, std::string_view content);
};

// The operating system's. Lives as long as the program.
FileSystem& os_file_system();

// "a/b" + "c" = "a/b/c"; parent("a/b/c") = "a/b"; parent("c") = ".".
std::string join(std::string_view directory, std::string_view name);
std::string parent(std::string_view path);

}  // namespace logmill::sys
