// Where the files of a store are, and what they are called.
//
//   STORE/2026-11-21/20261121T101500123-0a1b2c.live     written by one writer
//                                            .seg      sealed
//                                            .new      sealed; stands for others that may still be
//                                            there .tmp      on its way to one of these; left over:
//                                            worthless .damaged  a live segment of which a part
//                                            could not be read when it was sealed
//   STORE/frontiers                                    of segments that retention deleted
//   STORE/.maintenance.lock                            held by whoever rewrites or deletes sealed
//   segments; empty STORE/deletes/                                     what is to be forgotten:
//   tombstone.h STORE/cold                                         link to the cold tier, which has
//   day folders too STORE/cold/.logmill-cold                           tells it from an empty mount
//   point STORE/audit.ndjson                                 what was deleted for good
//   STORE/store.toml
//
// The folder is the day of the first records, UTC. Late records stay with the segment that was open
// when they came: a segment's own time range tells what it holds, the folder is for people and for
// listing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "sys/file_system.h"

namespace logmill::store {

inline constexpr std::string_view kLiveSuffix = ".live";
inline constexpr std::string_view kSealedSuffix = ".seg";
inline constexpr std::string_view kNewSuffix = ".new";
inline constexpr std::string_view kTemporarySuffix = ".tmp";
inline constexpr std::string_view kDamagedSuffix = ".damaged";
inline constexpr std::string_view kFrontiersName = "frontiers";
inline constexpr std::string_view kDeletesFolder = "deletes";
inline constexpr std::string_view kColdName = "cold";
inline constexpr std::string_view kColdMarkName = ".logmill-cold";
inline constexpr std::string_view kAuditName = "audit.ndjson";
inline constexpr std::string_view kConfigName = "store.toml";
inline constexpr std::string_view kMaintenanceLockName = ".maintenance.lock";

// "2026-11-21"
std::string partition_name(base::TimeNs time);
// "20261121T101500123-0a1b2c": sorts by time; `salt` tells ids of the same millisecond apart.
std::string make_segment_id(base::TimeNs now, std::uint64_t salt);
// When it was made, to the millisecond; 0 if it is no such id.
base::TimeNs id_time(std::string_view id);
// The file name without folder and suffix.
std::string segment_id(std::string_view path);
// The same segment's path with another suffix.
std::string with_suffix(std::string_view path, std::string_view suffix);

struct PartitionFile {
  std::string partition;  // folder: "2026-11-21", or "cold/2026-11-21"
  std::string name;       // file name
};
// All files in the partition folders of a store, in order of (day, name). A store that does not
// exist yet has none; a cold tier that is not there is left out: ask `check_cold_tier`.
base::Result<std::vector<PartitionFile>> list_partition_files(sys::FileSystem& fs, const std::string& store);

// Fails with again, naming it, if the store has a cold tier that cannot be reached: a disk that is
// not mounted.
base::Status check_cold_tier(sys::FileSystem& fs, const std::string& store);
bool is_cold(const std::string& store, std::string_view path);

}  // namespace logmill::store
