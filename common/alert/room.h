// The memory that all rules may hold together: half of it for what they count, half for what they remember from tick to tick.
//
// What rules count goes into temporary files when its half is full, where the stages of the query can do that. What then does not fit is
// left out, counted and reported; logalert(1) says what that is.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>

#include "query/pipeline/workspace.h"

namespace logmill::alert {

struct Room {
  // Without bound.
  Room() = default;
  // Temporary files go into `directory`.
  Room(std::uint64_t bytes_max, const std::string& directory) : counts(bytes_max / 2, directory), past(bytes_max / 2, directory) {}

  query::Workspace counts;  // the parts of windows
  query::Workspace past;    // values of earlier ticks, series and patterns that were seen, series that are pending or firing

  // Puts what is counted into temporary files, largest first, until there is room for a while. Set by whoever has all that is counted.
  std::function<base::Status()> relieve = [] { return base::Status(); };

  // How many rules share `past`: each may always take its equal part of one half, and more only of the other half.
  std::uint64_t rules = 1;

  // What one text may take of what is counted: copies of some are there at a time, as keys, in the part that is being put away, and in
  // others.
  std::size_t text_bytes_max() const {
    return counts.bounded() ? counts.bytes_max() / kTextShare : std::numeric_limits<std::size_t>::max();
  }

  // What the samples of one tick may take: from there they are copied into verdicts, series, notifications and their texts.
  std::uint64_t sample_bytes_max() const {
    return past.bounded() ? past.bytes_max() / kSampleShare : std::numeric_limits<std::uint64_t>::max();
  }

 private:
  static constexpr std::uint64_t kTextShare = 64, kSampleShare = 16;
};

// What one rule remembers. Thread-compatible.
class Remembered {
 public:
  // `room` must outlive it.
  explicit Remembered(Room& room) : room_(room), share_(room.past) {}

  // False if there is no room for so much more.
  bool take(std::uint64_t bytes) {
    const std::uint64_t half = room_.past.bytes_max() / 2;
    if (room_.past.bounded() && share_.bytes() + bytes > half / room_.rules && room_.past.exceeded_with(bytes + half)) return false;
    share_.set(share_.bytes() + bytes);
    return true;
  }
  // Of what must not be forgotten.
  void take_anyway(std::uint64_t bytes) { share_.set(share_.bytes() + bytes); }
  void give_back(std::uint64_t bytes) { share_.set(share_.bytes() - bytes); }

 private:
  Room& room_;
  query::Workspace::Share share_;
};

}  // namespace logmill::alert
