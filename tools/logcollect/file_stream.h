// The id of a followed file's stream: docs/formats/delivery.md, "Files".
//
// Ten bytes say who the file is, six what its first line was when the first record was handed over. With the sixteen bits of the epoch
// that is a hash of 64 bits to recognise a copy of the file by, or another file in its place.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string_view>

#include "base/bytes.h"
#include "base/hash.h"
#include "logcollect/epoch.h"
#include "record/range.h"
#include "store/reader.h"

namespace logmill::logcollect {

inline constexpr std::size_t kFileBytes = 10;  // of a stream's id

// As long as the first line is not known, and of what has none (a compressed file): zeros in its place.
inline record::StreamId stream_of_file(std::string_view identity) {
  record::StreamId stream = base::xxh3_128(identity);
  std::fill(stream.begin() + kFileBytes, stream.end(), 0);
  return stream;
}

inline record::StreamId file_of_stream(record::StreamId stream) {
  std::fill(stream.begin() + kFileBytes, stream.end(), 0);
  return stream;
}

inline record::StreamId stream_with_head(record::StreamId stream, std::string_view head) {
  char hash[sizeof(std::uint64_t)];
  base::store_le(hash, base::xxh3_64(head));
  // The two bytes before these are in the epoch.
  std::copy(hash + 2, hash + sizeof hash, stream.begin() + kFileBytes);
  return stream;
}

// Whether this is what the file began with, as far as the sink knows: later generations have only the epoch.
inline bool has_head(const store::Frontier& frontier, std::string_view head) {
  const Epoch epoch = Epoch::from_number(frontier.epoch);
  return epoch.head == Epoch::hash_of(head) && (epoch.generation > 0 || frontier.stream == stream_with_head(frontier.stream, head));
}

using Frontiers = std::map<record::StreamId, store::Frontier>;

// The latest of those that are of this file; null: none.
inline const store::Frontier* frontier_of_file(const Frontiers& frontiers, const record::StreamId& file) {
  const store::Frontier* latest = nullptr;
  for (auto at = frontiers.lower_bound(file); at != frontiers.end() && file_of_stream(at->first) == file; ++at)
    if (latest == nullptr || at->second.epoch > latest->epoch) latest = &at->second;
  return latest;
}

}  // namespace logmill::logcollect
