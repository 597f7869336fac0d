#include "store/admission.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace logmill::store {
namespace {

// The first row at or behind `position`.
std::size_t row_at(const record::Batch& batch, std::uint64_t position) {
  const std::uint64_t from = batch.range().from;
  if (batch.positions().empty()) return std::min<std::uint64_t>(position - from, batch.rows());
  const auto& positions = batch.positions();
  const auto found = std::find_if(positions.begin(), positions.end(), [&](std::uint32_t distance) { return from + distance >= position; });
  return static_cast<std::size_t>(found - positions.begin());
}

base::Error refused(std::string_view why, const Frontier& frontier) {
  return {base::ErrorCode::again, std::string(why) + ": the store holds epoch " + std::to_string(frontier.epoch) +
                                      " of this stream up to " + std::to_string(frontier.position)};
}

}  // namespace

base::Result<Share> share_of(const record::Batch& batch, const FrontierTable& held_streams) {
  Share share{.first_row = 0, .range = batch.range(), .nothing = false};
  if (!share.range.named()) return share;
  if (share.range.to < share.range.from) return base::Error{base::ErrorCode::invalid, "a range that ends before it starts"};
  const auto held = held_streams.find(share.range.stream);
  if (!held || share.range.epoch > held->epoch) return share;
  if (share.range.epoch < held->epoch) return refused("an epoch that has ended", *held);
  if (share.range.from > held->position) return refused("records are missing before this batch", *held);
  if (share.range.to <= held->position) {
    share.nothing = true;
    share.first_row = batch.rows();
    return share;
  }
  if (share.range.from < held->position) {
    share.first_row = row_at(batch, held->position);
    share.range.from = held->position;
  }
  return share;
}

}  // namespace logmill::store
