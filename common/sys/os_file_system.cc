#include "sys/file_system.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "sys/fd.h"
#include "sys/unlinked_file.h"

namespace logmill::sys {
namespace {

constexpr mode_t kFileMode = 0640;
constexpr mode_t kDirectoryMode = 0750;
constexpr mode_t kUnlinkedFileMode = 0600;
// In a folder that never rests.
constexpr int kListTries = 8;

base::TimeNs time_of(const struct statx_timestamp& stamp) { return stamp.tv_sec * base::kNsPerSecond + stamp.tv_nsec; }

// May lack a file that gets another name while the folder is read, under both names.
base::Result<std::vector<std::string>> names_in(const std::string& directory) {
  DIR* dir = ::opendir(directory.c_str());
  if (dir == nullptr) return error_from_errno(errno, directory);
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(dir)) {
    std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(std::move(name));
  }
  ::closedir(dir);
  std::sort(names.begin(), names.end());
  return names;
}

// Of `path`, or with an empty path of the open file `at`.
base::Result<FileInfo> file_info(int at, const char* path, const std::string& name) {
  struct statx s;
  if (::statx(at, path, *path == '\0' ? AT_EMPTY_PATH : 0, STATX_BASIC_STATS | STATX_BTIME, &s) != 0) return error_from_errno(errno, name);
  return FileInfo{.size = s.stx_size,
                  .modified = time_of(s.stx_mtime),
                  .created = (s.stx_mask & STATX_BTIME) != 0 ? time_of(s.stx_btime) : 0,
                  .device = makedev(s.stx_dev_major, s.stx_dev_minor),
                  .inode = s.stx_ino,
                  .is_directory = S_ISDIR(s.stx_mode),
                  .is_regular = S_ISREG(s.stx_mode)};
}

class OsFile final : public File {
 public:
  OsFile(Fd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}
  ~OsFile() override { unmap(); }

  base::Result<std::size_t> read_at(std::uint64_t offset, char* to, std::size_t size) const override {
    std::size_t done = 0;
    while (done < size) {
      const ssize_t got = ::pread(fd_.get(), to + done, size - done, static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return error_from_errno(errno, path_);
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
    }
    return done;
  }

  base::Status append(std::string_view bytes) override {
    if (auto wrote = write_all(fd_.get(), bytes); !wrote) {
      base::Error error = std::move(wrote).error();
      return std::move(error).with_context(path_);
    }
    return {};
  }

  base::Status truncate(std::uint64_t size) override {
    if (::ftruncate(fd_.get(), static_cast<off_t>(size)) != 0) return error_from_errno(errno, path_);
    return {};
  }

  base::Status sync() override {
    if (::fdatasync(fd_.get()) != 0) return error_from_errno(errno, path_);
    return {};
  }

  base::Result<FileInfo> info() const override { return file_info(fd_.get(), "", path_); }

  base::Result<std::string_view> map() override {
    unmap();
    LOGMILL_ASSIGN_OR_RETURN(const FileInfo stat, info());
    if (stat.size == 0) return std::string_view{};
    void* address = ::mmap(nullptr, stat.size, PROT_READ, MAP_SHARED, fd_.get(), 0);
    if (address == MAP_FAILED) return error_from_errno(errno, path_);
    map_ = {static_cast<const char*>(address), stat.size};
    return map_;
  }

  base::Result<bool> try_lock() override {
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    if (::fcntl(fd_.get(), F_OFD_SETLK, &lock) == 0) return true;
    if (errno == EAGAIN || errno == EACCES) return false;
    return error_from_errno(errno, path_);
  }

 private:
  void unmap() {
    if (!map_.empty()) ::munmap(const_cast<char*>(map_.data()), map_.size());
    map_ = {};
  }
  Fd fd_;
  std::string path_;
  std::string_view map_;
};

int open_flags(OpenMode mode) {
  switch (mode) {
    case OpenMode::read: return O_RDONLY;
    case OpenMode::create: return O_RDWR | O_CREAT | O_EXCL | O_APPEND;
    case OpenMode::append: return O_RDWR | O_CREAT | O_APPEND;
  }
  return O_RDONLY;
}

class OsFileSystem final : public FileSystem {
 public:
  base::Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override {
    Fd fd(::open(path.c_str(), open_flags(mode) | O_CLOEXEC, kFileMode));
    if (!fd.valid()) return error_from_errno(errno, path);
    return std::unique_ptr<File>(std::make_unique<OsFile>(std::move(fd), path));
  }
  base::Status rename(const std::string& from, const std::string& to) override {
    return check(std::rename(from.c_str(), to.c_str()), from);
  }
  base::Status remove(const std::string& path) override { return check(::unlink(path.c_str()), path); }
  base::Status remove_directory(const std::string& path) override { return check(::rmdir(path.c_str()), path); }
  base::Status make_directories(const std::string& path) override {
    if (::mkdir(path.c_str(), kDirectoryMode) == 0) return {};
    if (errno == ENOENT) {
      LOGMILL_RETURN_IF_ERROR(make_directories(parent(path)));
      if (::mkdir(path.c_str(), kDirectoryMode) == 0) return {};
    }
    const int number = errno;
    struct stat s;
    if (number == EEXIST && ::stat(path.c_str(), &s) == 0 && S_ISDIR(s.st_mode)) return {};
    return error_from_errno(number, path);
  }
  base::Result<std::vector<std::string>> list(const std::string& directory) override {
    std::vector<std::string> before;
    for (int tries = 0; tries < kListTries; ++tries) {
      LOGMILL_ASSIGN_OR_RETURN(auto names, names_in(directory));
      if (tries > 0 && names == before) break;
      before = std::move(names);
    }
    return before;
  }
  base::Result<FileInfo> info(const std::string& path) override {
    if (path.empty()) return error_from_errno(ENOENT, path);
    return file_info(AT_FDCWD, path.c_str(), path);
  }
  base::Status sync_directory(const std::string& directory) override {
    const Fd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd.valid() && errno == EACCES) {
      // One that we may pass through but not read, as systemd's /var/lib/private: with all that there is.
      ::sync();
      return {};
    }
    if (!fd.valid()) return error_from_errno(errno, directory);
    return check(::fsync(fd.get()), directory);
  }
  base::Result<std::uint64_t> free_space(const std::string& path) override {
    struct statvfs s;
    if (::statvfs(path.c_str(), &s) != 0) return error_from_errno(errno, path);
    return static_cast<std::uint64_t>(s.f_bavail) * s.f_frsize;
  }
  base::Result<std::uint64_t> total_space(const std::string& path) override {
    struct statvfs s;
    if (::statvfs(path.c_str(), &s) != 0) return error_from_errno(errno, path);
    return static_cast<std::uint64_t>(s.f_blocks) * s.f_frsize;
  }
  base::Status link_directory(const std::string& target, const std::string& path) override {
    return check(::symlink(target.c_str(), path.c_str()), path);
  }

 private:
  static base::Status check(int result, const std::string& path) {
    if (result != 0) return error_from_errno(errno, path);
    return {};
  }
};

}  // namespace

FileSystem& os_file_system() {
  static OsFileSystem file_system;
  return file_system;
}

base::Result<std::unique_ptr<File>> make_unlinked_file(const std::string& directory) {
  Fd fd(::open(directory.c_str(), O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, kUnlinkedFileMode));
  if (!fd.valid() && (errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT)) {
    // A file system or a kernel that cannot do so, or no such folder, which is found out here.
    std::string path = join(directory, "logmill-XXXXXX");
    fd = Fd(::mkostemp(path.data(), O_CLOEXEC));
    if (fd.valid()) ::unlink(path.c_str());
  }
  if (!fd.valid()) return error_from_errno(errno, directory);
  return std::unique_ptr<File>(std::make_unique<OsFile>(std::move(fd), "temporary file in " + directory));
}

}  // namespace logmill::sys
