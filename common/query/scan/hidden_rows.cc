#include "query/scan/hidden_rows.h"

#include <algorithm>

namespace logmill::query {

base::Result<HiddenRows> HiddenRows::make(std::span<const store::Tombstone> tombstones) {
  HiddenRows hidden;
  for (const store::Tombstone& tombstone : tombstones) {
    auto filter = Filter::parse(tombstone.filter, {.now = tombstone.created, .utc = true});
    if (!filter)
      return base::Error{base::ErrorCode::invalid,
                         "request to delete " + tombstone.id + ": its filter cannot be understood: " + filter.error().what};
    hidden.requests_.push_back({tombstone, *std::move(filter)});
  }
  return hidden;
}

bool HiddenRows::concerns(const Request& request, const store::SegmentInfo& segment) {
  return store::concerns(request.tombstone, segment.id) && segment.time_min <= request.tombstone.until &&
         segment.time_max >= request.tombstone.since;
}

bool HiddenRows::concern(const store::SegmentInfo& segment) const {
  return std::ranges::any_of(requests_, [&](const Request& request) { return concerns(request, segment); });
}

base::Status HiddenRows::find(const store::SegmentInfo& segment, Table& table, Mask& hidden) const {
  hidden.assign(table.rows(), 0);
  Mask matches;
  for (const Request& request : requests_) {
    if (!concerns(request, segment)) continue;
    LOGMILL_RETURN_IF_ERROR(request.filter.select(table, matches));
    if (std::ranges::find(matches, 1) == matches.end()) continue;
    LOGMILL_ASSIGN_OR_RETURN(const auto times, table.times());
    for (std::size_t row = 0; row < matches.size(); ++row)
      if (matches[row] && times[row] >= request.tombstone.since && times[row] <= request.tombstone.until) hidden[row] = 1;
  }
  return {};
}

base::Status HiddenRows::remove(const store::SegmentInfo& segment, Table& table, std::vector<std::uint32_t>& rows) const {
  if (rows.empty() || !concern(segment)) return {};
  Mask hidden;
  LOGMILL_RETURN_IF_ERROR(find(segment, table, hidden));
  std::erase_if(rows, [&hidden](std::uint32_t row) { return hidden[row] != 0; });
  return {};
}

}  // namespace logmill::query
