#include "store/admission.h"

#include <algorithm>
#include <string>
#include <vector>

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

base::Error missing_before(const Frontier& frontier) {
  return {base::ErrorCode::again, "records are missing before this batch: the store holds epoch " + std::to_string(frontier.epoch) +
                                      " of this stream up to " + std::to_string(frontier.position)};
}

}  // namespace

base::Result<Share> share_of(const record::Batch& batch, const FrontierTable& held) {
  return share_of(batch, batch.range().named() ? held.find(batch.range().stream) : std::nullopt);
}

base::Result<Share> share_of(const record::Batch& batch, const std::optional<Frontier>& held) {
  Share share{.first_row = 0, .range = batch.range(), .nothing = false};
  if (!share.range.named()) return share;
  if (share.range.to < share.range.from) return base::Error{base::ErrorCode::invalid, "a range that ends before it starts"};
  if (!held || share.range.epoch > held->epoch) return share;
  const bool ended = share.range.epoch < held->epoch;
  if (!ended && share.range.from > held->position) return missing_before(*held);
  if (ended || share.range.to <= held->position) {
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

base::Result<std::size_t> drop_repeats(record::Batch& batch, const std::optional<Frontier>& held) {
  record::Range& range = batch.range();
  LOGMILL_ASSIGN_OR_RETURN(Share share, share_of(batch, held));
  if (share.nothing) share.range.from = range.to;
  const std::uint64_t overlap = share.range.from - range.from;
  if (overlap == 0) return std::size_t{0};
  std::vector<std::uint8_t> keep(batch.rows(), 1);
  std::fill_n(keep.begin(), share.first_row, std::uint8_t{0});
  batch.keep_rows(keep);
  range = share.range;
  for (std::uint32_t& position : batch.positions()) position -= static_cast<std::uint32_t>(overlap);
  return share.first_row;
}

}  // namespace logmill::store
