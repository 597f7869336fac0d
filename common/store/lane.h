// One writer's live segment: created at the first commit, appended, locked while open.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "sys/file_system.h"

namespace logmill::store {

class Lane {
 public:
  Lane(sys::FileSystem& fs, std::string store, const base::Clock& clock);

  // Creates a live segment in the folder of `partition`. None may be open.
  base::Status open(const std::string& partition);
  bool is_open() const { return file_ != nullptr; }

  // Appends one commit; with `sync`, it is on disk afterwards, and the file can be found there. Fails with `again` when
  // the disk is full: the file is as before then, and the same commit may be tried again. After any other error it is
  // not known what reached the disk: the lane is of no more use, and the next writer finds out.
  base::Status append(std::string_view blocks, bool sync);

  const std::string& path() const { return path_; }
  const std::string& partition() const { return partition_; }
  std::uint64_t bytes() const { return bytes_; }
  std::int64_t opened_steady_ns() const { return opened_steady_ns_; }
  // Lets go of the file and of its lock.
  void release();

 private:
  base::Status make_durable();
  base::Status create(const std::string& folder, base::TimeNs now, std::uint64_t salt);

  sys::FileSystem& fs_;
  std::string store_;
  const base::Clock& clock_;
  std::unique_ptr<sys::File> file_;
  std::string path_;
  std::string partition_;
  std::uint64_t bytes_ = 0;
  bool folders_synced_ = false;
  std::int64_t opened_steady_ns_ = 0;
  base::TimeNs last_created_ = 0;
};

}  // namespace logmill::store
