// Segments that stay open from one look at a store to the next: whoever looks often opens each once.
//
// A sealed segment never changes, so one reader serves all who look; of a live one each look gets a reader that holds what was committed
// before it, and that no later look changes. What has gone from the store is let go with the next listing, or when nobody looked for a
// while.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/reporter.h"
#include "base/result.h"
#include "store/reader.h"
#include "store/segment_list.h"
#include "sys/file_system.h"

namespace logmill::store {

// Safe from any thread. Of one store.
class OpenSegments {
 public:
  // References must outlive it. So many stay open; of more, those that were used last.
  OpenSegments(sys::FileSystem& fs, base::Reporter& reporter, std::size_t open_max) : fs_(fs), reporter_(reporter), open_max_(open_max) {}

  // Of this listing, those that may hold such times. What is not in it is let go.
  std::vector<std::string> choose(const std::vector<SegmentFile>& listed, base::TimeNs since, base::TimeNs until);
  // As open_segment. Whoever gets it must not refresh it: others read it, too.
  base::Result<std::shared_ptr<SegmentReader>> open(const std::string& path);
  // The same segment with what was committed by now.
  base::Result<std::shared_ptr<SegmentReader>> newest(const std::shared_ptr<SegmentReader>& reader);
  // Lets go what nobody asked for within `idle_ns` before `now_ns`, by the steady clock.
  void close_idle(std::int64_t now_ns, std::int64_t idle_ns);
  std::size_t size() const;

 private:
  struct Entry {
    std::shared_ptr<SegmentReader> reader;  // and of those who read it
    std::int64_t used_ns = 0;
  };
  void keep(const std::string& path, std::shared_ptr<SegmentReader> reader);

  sys::FileSystem& fs_;
  base::Reporter& reporter_;
  const std::size_t open_max_;
  mutable std::mutex mutex_;
  std::map<std::string, Entry> open_;       // by path
  std::map<std::string, TimeSpan> sealed_;  // by path: of all that were asked for by time
};

}  // namespace logmill::store
