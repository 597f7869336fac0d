// Looks after rotated files: compresses them, deletes what is not to be kept. In a thread of its
// own, so that nobody who writes waits for it.
//
// The folder itself is the list of what is to be done: nothing piles up in memory, and what a crash
// interrupts is found at the next start.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/age_clock.h"
#include "base/clock.h"
#include "base/reporter.h"
#include "base/result.h"
#include "codec/format.h"
#include "flat/retention.h"
#include "flat/rotated_file.h"
#include "sys/file_system.h"

namespace logmill::flat {

struct ArchiverOptions {
  codec::Container container = codec::Container::zstd;
  Retention retention;
  // Called in the thread with each file that is rotated and compressed; must not throw.
  std::function<void(const std::string& path)> on_archived;
  enum class Work { in_background, at_once };  // at_once: in the caller's thread, for tests
  Work work = Work::in_background;
};

// The public functions are for one thread, that of the writer.
class Archiver {
 public:
  // All references must outlive it; file system and reporter are used in the thread.
  Archiver(sys::FileSystem& fs, std::string path, ArchiverOptions options, const base::Clock& clock, base::Reporter& reporter);
  ~Archiver();  // leaves a file that it is compressing to the next start

  // Leaves this file alone until the next `work`: a commit in it may have to be taken back.
  void hold(const std::string& path);
  // There may be something to do.
  void work();
  // Waits until all is done that there is to do.
  void finish();

 private:
  void run();
  void pass();
  void tell_released();
  base::Status compress_all();
  base::Status compress(const std::string& path);
  base::Status replaced(const std::string& path, const std::string& compressed);
  base::Status write_compressed(const std::string& path, const std::string& temporary);
  base::Status retain();
  bool is_held(const std::string& path);
  bool ending();

  sys::FileSystem& fs_;
  const std::string path_;
  const ArchiverOptions options_;
  base::AgeClock ages_;
  base::Reporter& reporter_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::string held_;                   // under mutex_, as what follows
  std::vector<std::string> released_;  // to be told of, when nothing is compressed
  bool wanted_ = false;                // a pass
  bool busy_ = false;                  // the thread is in a pass
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace logmill::flat
