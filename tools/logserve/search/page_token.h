// Where a page of a search ended. Rows are in the order of their times, the latest first, and those of one time in the order of their
// hashes: neither sealing nor compaction changes that, so that a token stays good.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "logserve/service/json_rows.h"

namespace logmill::logserve {

struct PageToken {
  base::TimeNs time = 0;
  std::uint64_t hash = 0;    // of the last row that was given
  std::uint32_t repeat = 0;  // which of several rows that are the same, from 0

  static base::Result<PageToken> parse(std::string_view text);
  std::string text() const;

  friend bool operator==(const PageToken&, const PageToken&) = default;
};

// Rows of one time, put into their order; each with the token of a page that ends with it.
struct PlacedRow {
  JsonRow row;
  PageToken place;
};
std::vector<PlacedRow> place_rows(std::vector<JsonRow> rows);

}  // namespace logmill::logserve
