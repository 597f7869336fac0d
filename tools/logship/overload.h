// What to do when more comes than the receiver takes: --overload.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/clock.h"
#include "cli/counters.h"
#include "logship/logship.h"
#include "record/batch.h"

namespace logmill::logship {

// One thread relieves; the counts may be read by another.
class Overload {
 public:
  Overload(OverloadPolicy policy, const base::Clock& clock) : policy_(policy), clock_(clock) {}

  // `fill` is how full the queue is, 0 to 1. Drops records below WARN, as the policy says, and adds to the same batch a record for each
  // level and service of which some were dropped: range, losses and what is told of them are one frame, so none of it can be repeated.
  // A record without a level counts as INFO.
  void relieve(record::Batch& batch, double fill);

  std::uint64_t dropped() const { return dropped_; }
  // Records that tell of what was dropped: they came in here.
  std::uint64_t told() const { return told_; }

 private:
  bool keeps(const record::Batch& batch, std::size_t row, double share) const;
  void tell(record::Batch& batch, record::Severity level, std::string_view service, std::uint64_t count);

  OverloadPolicy policy_;
  const base::Clock& clock_;
  std::atomic<std::uint64_t> dropped_ = 0, told_ = 0;
};

}  // namespace logmill::logship
