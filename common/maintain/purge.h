// The right to be forgotten: removes what a request to delete asks for from every file of a store.
//
// From the moment the request is on disk (store/tombstone.h) readers leave out what it matches.
// Then every segment that holds such records is written anew without them, with what lies beside it
// (indexes); live segments are waited for, their writers seal them. At last damaged remains are
// removed, the audit log is written and the request goes.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>

#include "base/clock.h"
#include "base/reporter.h"
#include "base/result.h"
#include "maintain/maintenance_lock.h"
#include "query/filter/filter.h"
#include "query/scan/hidden_rows.h"
#include "store/tombstone.h"
#include "sys/file_system.h"

namespace logmill::maintain {

// Fails with invalid, naming what a request cannot ask for: a filter on times depends on when it is
// read.
base::Result<query::Filter> parse_deletion_filter(const std::string& text, base::TimeNs now);

// A bound in time, as somebody wrote it; empty: none. `name` is for messages.
struct DeletionBound {
  std::string name, text;
};
// What is to be deleted, not on disk yet. Fails with what is wrong with the filter or the times.
base::Result<store::Tombstone> deletion_request(const std::string& filter, const DeletionBound& since, const DeletionBound& until,
                                                base::TimeNs now);

struct PurgeCounters {
  std::uint64_t records = 0;
  std::uint64_t segments_rewritten = 0, segments_removed = 0;
  std::uint64_t damaged_files_removed = 0;
  std::uint64_t bytes_before = 0, bytes_after = 0;  // of the segments that held such records
};

struct PurgeOptions {
  int zstd_level = 1;
  int cold_level = 19;  // of segments of the cold tier
  unsigned user = 0;    // for the audit log
  std::function<bool()> stopped;
};

// One request. Thread-compatible.
class Purge {
 public:
  // References must outlive it. Fails with invalid if the filter cannot be understood.
  static base::Result<Purge> make(sys::FileSystem& fs, std::string store, store::Tombstone request, PurgeOptions options,
                                  const base::Clock& clock, base::Reporter& reporter);

  // What the request matches now, in sealed and live segments; nothing is changed. `request` need
  // not be on disk.
  static base::Result<PurgeCounters> count(sys::FileSystem& fs, const std::string& store, store::Tombstone request,
                                           base::Reporter& reporter);

  // Removes what can be removed now. True: all is done, perhaps by another process, and the request
  // is gone. False: live segments are in the way.
  base::Result<bool> pass(const MaintenanceLock& lock);

  const PurgeCounters& counters() const { return counters_; }
  const store::Tombstone& request() const { return request_; }
  // Live segments whose writers have not sealed them yet.
  std::size_t awaited() const { return awaited_ ? awaited_->size() : 0; }

 private:
  Purge(sys::FileSystem& fs, std::string store, store::Tombstone request, query::Filter filter, query::HiddenRows hidden,
        PurgeOptions options, const base::Clock& clock, base::Reporter& reporter);

  base::Status clean(const std::string& path);
  base::Status rewrite(const std::string& path);
  base::Status remove_remains();
  base::Status audit(bool complete);

  sys::FileSystem* fs_;
  std::string store_;
  store::Tombstone request_;
  query::Filter filter_;
  query::HiddenRows hidden_;
  PurgeOptions options_;
  const base::Clock* clock_;
  base::Reporter* reporter_;
  std::optional<std::set<std::string>> awaited_;  // ids of segments that were live when the first pass began
  std::set<std::string> clean_;                   // paths of sealed ones that hold no match
  PurgeCounters counters_, audited_;
};

}  // namespace logmill::maintain
