#include "logrecv/recent_frontiers.h"

#include <tuple>

namespace logmill::logrecv {

void RecentFrontiers::advance(const record::Range& range) {
  const store::Frontier frontier{range.stream, range.epoch, range.to};
  const auto known = places_.find(range.stream);
  if (known == places_.end()) {
    streams_.push_front(frontier);
    places_.emplace(range.stream, streams_.begin());
    return;
  }
  store::Frontier& held = *known->second;
  if (std::tie(held.epoch, held.position) < std::tie(frontier.epoch, frontier.position)) held = frontier;
  streams_.splice(streams_.begin(), streams_, known->second);
}

std::optional<store::Frontier> RecentFrontiers::find(const record::StreamId& stream) const {
  const auto known = places_.find(stream);
  if (known == places_.end()) return std::nullopt;
  return *known->second;
}

std::size_t RecentFrontiers::forget_oldest(std::size_t streams_max) {
  std::size_t forgotten = 0;
  for (; streams_.size() > streams_max; ++forgotten) {
    places_.erase(streams_.back().stream);
    streams_.pop_back();
  }
  return forgotten;
}

}  // namespace logmill::logrecv
