// Rows that nobody may see any more: requests to delete hide what they match from the moment they
// are on disk, until the records are gone from the files (store/tombstone.h).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "query/filter/filter.h"
#include "store/reader.h"
#include "store/tombstone.h"

namespace logmill::query {

// Immutable after it was made.
class HiddenRows {
 public:
  HiddenRows() = default;  // hides nothing
  // Fails with invalid if a filter cannot be understood: it was written by another version.
  static base::Result<HiddenRows> make(std::span<const store::Tombstone> tombstones);

  // Whether rows of this segment may be hidden. Then counts in its footer count them too, and must
  // not be used.
  bool concern(const store::SegmentInfo& segment) const;
  // Sets `hidden` to a flag for each row of a table of this segment. Fails as the table does.
  base::Status find(const store::SegmentInfo& segment, Table& table, Mask& hidden) const;
  // Takes the hidden ones out of `rows`.
  base::Status remove(const store::SegmentInfo& segment, Table& table, std::vector<std::uint32_t>& rows) const;

 private:
  struct Request {
    store::Tombstone tombstone;
    Filter filter;
  };
  static bool concerns(const Request& request, const store::SegmentInfo& segment);

  std::vector<Request> requests_;
};

}  // namespace logmill::query
