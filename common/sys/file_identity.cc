#include "sys/file_identity.h"

#include <cstring>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <sys/statfs.h>

#include "base/bytes.h"
#include "base/hash.h"

namespace logmill::sys {
namespace {

// The file system's own id where it has one: unlike the device number it survives a reboot in which
// disks are found in another order.
std::string file_system_key(int fd, std::uint64_t device) {
  struct statfs s;
  std::string key;
  if (::fstatfs(fd, &s) == 0) key.assign(reinterpret_cast<const char*>(&s.f_fsid), sizeof s.f_fsid);
  if (key.find_first_not_of('\0') == std::string::npos) {
    key.clear();
    base::append_le(key, device);
  }
  return key;
}

std::optional<std::string> handle_key(int fd) {
  struct {
    struct file_handle header;
    unsigned char bytes[MAX_HANDLE_SZ];
  } handle{};
  handle.header.handle_bytes = MAX_HANDLE_SZ;
  int mount_id = 0;
  if (::name_to_handle_at(fd, "", &handle.header, &mount_id, AT_EMPTY_PATH) != 0) return std::nullopt;
  std::string key;
  base::append_le(key, static_cast<std::int32_t>(handle.header.handle_type));
  key.append(reinterpret_cast<const char*>(handle.header.f_handle), handle.header.handle_bytes);
  return key;
}

std::optional<std::string> birth_key(int fd, std::uint64_t inode) {
  struct statx s;
  if (::statx(fd, "", AT_EMPTY_PATH, STATX_BTIME, &s) != 0) return std::nullopt;
  if ((s.stx_mask & STATX_BTIME) == 0 || s.stx_btime.tv_sec == 0) return std::nullopt;
  std::string key;
  base::append_le(key, inode);
  base::append_le(key, static_cast<std::int64_t>(s.stx_btime.tv_sec));
  base::append_le(key, static_cast<std::uint32_t>(s.stx_btime.tv_nsec));
  return key;
}

}  // namespace

base::Result<FileIdentity> identify(const HeldFile& file, IdentityMeans best) {
  LOGMILL_ASSIGN_OR_RETURN(const HeldFileInfo info, file.info());
  const std::string system = file_system_key(file.fd(), info.device);
  if (best <= IdentityMeans::handle)
    if (auto key = handle_key(file.fd())) return FileIdentity{"handle" + system + *key};
  if (best <= IdentityMeans::birth_time)
    if (auto key = birth_key(file.fd(), info.inode)) return FileIdentity{"birth" + system + *key};
  LOGMILL_ASSIGN_OR_RETURN(const FileHead head, read_head(file));
  FileIdentity identity{"head" + system, head.complete};
  base::append_le(identity.key, info.inode);
  base::append_le(identity.key, base::xxh3_64(head.bytes));
  return identity;
}

base::Result<FileHead> read_head(const HeldFile& file) {
  FileHead head;
  head.bytes.resize(kHeadBytes);
  LOGMILL_ASSIGN_OR_RETURN(const std::size_t got, file.read_at(0, head.bytes.data(), kHeadBytes));
  head.bytes.resize(got);
  const std::size_t newline = head.bytes.find('\n');
  head.complete = newline != std::string::npos || got == kHeadBytes;
  if (newline != std::string::npos) head.bytes.resize(newline + 1);
  return head;
}

}  // namespace logmill::sys
