// What to do when more comes than can be handed on: --overload.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "record/batch.h"

namespace logmill::record {

enum class OverloadPolicy {
  block,   // what comes has to wait
  sample,  // fewer and fewer records below WARN are kept
  shed,    // none below WARN is
};

// Safe from any thread, each with a batch of its own.
class Overload {
 public:
  Overload(OverloadPolicy policy, const base::Clock& clock) : policy_(policy), clock_(clock) {}

  struct Loss {
    Severity level;
    std::string service;  // empty: none
    std::uint64_t records;
  };
  struct Relief {
    std::vector<std::uint8_t> keep;  // a flag for each row there was; empty: all were kept
    std::vector<Loss> losses;
  };
  // `fill` is how full the queue is, 0 to 1. Drops records below WARN, as the policy says, and adds to the same batch a record for each
  // level and service of which some were dropped: range, losses and what is told of them are one frame, so none of it can be repeated.
  // A record without a level counts as INFO.
  Relief relieve(Batch& batch, double fill);

  std::uint64_t dropped() const { return dropped_; }
  // Records that tell of what was dropped: they came in here.
  std::uint64_t told() const { return told_; }

 private:
  bool keeps(const Batch& batch, std::size_t row, double share) const;
  void tell(Batch& batch, const Loss& loss);

  const OverloadPolicy policy_;
  const base::Clock& clock_;
  std::atomic<std::uint64_t> dropped_ = 0, told_ = 0;
};

}  // namespace logmill::record
