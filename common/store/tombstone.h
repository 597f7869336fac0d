// What is to be forgotten: records of a store that match a filter, from the moment the request is
// on disk until they are gone from every file.
//
//   STORE/deletes/ID.delete = "LMDELETE" checksum:u64 created:i64 since:i64 until:i64 filter:string
//                             checksum is XXH3-64 of what follows it
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "sys/file_system.h"

namespace logmill::store {

struct Tombstone {
  std::string id;                                     // as a segment's: sorts by time
  base::TimeNs created = 0;                           // what relative times in the filter count from
  base::TimeNs since = INT64_MIN, until = INT64_MAX;  // of the records, both included
  std::string filter;                                 // in the query language
};

// Oldest first; none if the store has none. Fails with corrupt: who cannot know what is hidden must
// not show anything.
base::Result<std::vector<Tombstone>> list_tombstones(sys::FileSystem& fs, const std::string& store);

// Durable when it returns. The id is made so that it sorts behind every segment that the store has.
base::Result<Tombstone> write_tombstone(sys::FileSystem& fs, const std::string& store, Tombstone tombstone);
// Fine if it is gone already.
base::Status remove_tombstone(sys::FileSystem& fs, const std::string& store, const Tombstone& tombstone);

// Whether it concerns the segment with this id: one that was there before the request was made.
bool concerns(const Tombstone& tombstone, const std::string& segment_id);

}  // namespace logmill::store
