// Changes to files and directories, as the kernel tells them: inotify(7).
//
// What it tells is a hint: events are merged, they overflow, network file systems have none. Look
// at everything again now and then.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "sys/fd.h"

namespace logmill::sys {

struct FileEvent {
  int watch = -1;          // as returned by watch_*; -1 for an overflow
  std::string name;        // within the watched directory; empty for the watched thing itself
  bool modified = false;   // content was written or truncated
  bool listing = false;    // something of this name appeared or vanished
  bool directory = false;  // it is a directory
  bool ended = false;      // the watched thing is gone or moved; the watch has no more use
  bool overflow = false;   // events were lost: look at everything
};

// Thread-compatible.
class FileWatch {
 public:
  // Fails with again when the user has too many instances.
  static base::Result<FileWatch> create();

  // For poll: readable when there are events.
  int fd() const { return fd_.get(); }

  // Watching the same thing again gives the same number, also under another name. Fails with
  // not_found, with again when the user's limit is reached, else with io.
  base::Result<int> watch_directory(const std::string& path);
  // Watches an open file, whatever its name is or becomes.
  base::Result<int> watch_file(int fd);
  void forget(int watch);

  // Appends the events that are there, without waiting.
  base::Status read(std::vector<FileEvent>& events);

 private:
  explicit FileWatch(Fd fd) : fd_(std::move(fd)) {}
  base::Result<int> add(const std::string& path, std::uint32_t mask);
  Fd fd_;
};

}  // namespace logmill::sys
