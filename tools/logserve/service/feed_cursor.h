// How far a client of the live feed has come: what it has seen of which segment. It holds whatever is sealed, joined or deleted meanwhile,
// and through a restart.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/store_view.h"

namespace logmill::logserve {

// Of one store.
struct FeedCursor {
  std::string all_before;         // of segments with a lesser id, and not named below, all was seen
  store::StoreView::Taken taken;  // of others so many rows

  // "20261121T101500123-0a1b2c~20261121T101500123-0a1b2c=17": goes into a header, and into a URL. Fails with invalid.
  static base::Result<FeedCursor> parse(std::string_view text);
  std::string text() const;

  // Leaves out of `taken` what `all_before` says as well, but for those in `growing`.
  void settle(base::TimeNs now, const store::StoreView::Taken& growing);
  // How many rows of the segment were seen.
  std::uint64_t rows_of(std::string_view id) const;
};

// Of all stores that are followed, in their order.
using FeedCursors = std::vector<FeedCursor>;
// One behind the other, with '!' between them. Fails with invalid, also if they are not so many.
base::Result<FeedCursors> parse_cursors(std::string_view text, std::size_t stores);
std::string format_cursors(const FeedCursors& cursors);

}  // namespace logmill::logserve
