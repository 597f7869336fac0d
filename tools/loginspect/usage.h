// Who fills the disk: bytes on disk, shared out to the values of a field.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "record/batch.h"

namespace logmill::loginspect {

// The day of the record's time, UTC.
inline constexpr std::string_view kByDay = "day";
inline constexpr std::string_view kByLevel = "level";

struct Share {
  std::uint64_t records = 0;
  double bytes = 0;      // on disk, about
  double raw_bytes = 0;  // before compression, about
};

class Usage {
 public:
  explicit Usage(std::vector<std::string> by) : by_(std::move(by)), shares_(by_.size()) {}

  // The fields to share by.
  const std::vector<std::string>& by() const { return by_; }
  // Adds to what field number `field` has under `value`; empty: the record has no such field.
  void add(std::size_t field, std::string_view value, const Share& share);
  // Each record of a batch, for all fields; `bytes` and `raw_bytes` are those of the whole batch.
  // `lengths` has how many raw bytes each row has, or is empty: all have as many.
  void add_batch(const record::Batch& batch, double bytes, double raw_bytes, const std::vector<std::uint32_t>& lengths = {});

  struct Row {
    std::string value;
    Share share;
  };
  // The largest first; days in their order.
  std::vector<Row> rows(std::size_t field) const;

  // Further values are counted together.
  static constexpr std::size_t kValuesMax = 100'000;
  static constexpr std::string_view kOthers = "(others)";
  static constexpr std::string_view kNone = "(none)";

 private:
  std::vector<std::string> by_;
  std::vector<std::unordered_map<std::string, Share>> shares_;
};

// "2026-11-21"; kNone for kNoTime.
std::string day_of(base::TimeNs time);

}  // namespace logmill::loginspect
