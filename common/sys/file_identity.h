// Who a file is, whatever it is called, now and after a restart.
//
// An inode number is not enough: ext4 gives the number of a deleted file to the next one created.
// The file handle of name_to_handle_at(2) holds the inode's generation too, which makes it unique
// for the life of the file system; it needs no privilege. Where handles are refused (some overlay
// and network file systems, some sandboxes) the birth time stands in, and where that is missing the
// beginning of the content.
#pragma once

#include <string>

#include "base/result.h"
#include "sys/held_file.h"

namespace logmill::sys {

enum class IdentityMeans {
  handle,      // file system + file handle
  birth_time,  // file system + inode + time of birth
  head,        // file system + inode + hash of the first line, up to kHeadBytes
};

struct FileIdentity {
  // Opaque bytes: equal if and only if it is the same file.
  std::string key;
  // False only with `head`, while the first line is not complete: the key will be another one then.
  bool settled = true;
};

// Tries the means from `best` downwards.
base::Result<FileIdentity> identify(const HeldFile& file, IdentityMeans best = IdentityMeans::handle);

// The beginning of a file as content to recognise it by: the first line with its newline, but no
// more than kHeadBytes. Appending to the file changes it only as long as the first line is shorter
// and not complete.
inline constexpr std::size_t kHeadBytes = 64;
struct FileHead {
  std::string bytes;
  bool complete = false;
};
base::Result<FileHead> read_head(const HeldFile& file);

}  // namespace logmill::sys
