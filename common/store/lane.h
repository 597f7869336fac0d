// One writer's live segment: created at the first commit, appended, locked as long as the Lane
// lives.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "sys/file_system.h"

namespace logmill::store {

// Thread-compatible; it may be moved from thread to thread between calls.
class Lane {
 public:
  // Creates a live segment in the folder of `partition`. `now` names it: a writer must not ask
  // twice for the same.
  static base::Result<std::unique_ptr<Lane>> create(sys::FileSystem& fs, const std::string& store, const std::string& partition,
                                                    base::TimeNs now, std::int64_t steady_ns);

  // Appends one commit, piece after piece. Fails with `again` when the disk is full: the file is as before then, and
  // the same commit may be tried again. After any other error it is not known what reached the
  // disk: the lane is of no more use, and the next writer finds out.
  base::Status write(std::span<const std::string_view> pieces);
  // What was written is on disk afterwards, and the file can be found there. An error is final, as
  // above.
  base::Status sync();

  const std::string& path() const { return path_; }
  const std::string& partition() const { return partition_; }
  std::uint64_t bytes() const { return bytes_; }
  std::int64_t created_steady_ns() const { return created_steady_ns_; }

 private:
  Lane(sys::FileSystem& fs, std::string store, std::string partition, std::int64_t steady_ns)
      : fs_(fs), store_(std::move(store)), partition_(std::move(partition)), created_steady_ns_(steady_ns) {}
  base::Status create_file(base::TimeNs now, std::uint64_t salt);

  sys::FileSystem& fs_;
  std::string store_;
  std::string partition_;
  std::int64_t created_steady_ns_;
  std::unique_ptr<sys::File> file_;
  std::string path_;
  std::uint64_t bytes_ = 0;
  bool folders_synced_ = false;
};

}  // namespace logmill::store
