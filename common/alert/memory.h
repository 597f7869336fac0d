// What a rule remembers from one tick to the next: values of a while, and which series it has seen.
//
// Values are read again from the store after a restart; what was seen is kept in the state.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "alert/rule.h"

namespace logmill::alert {

// A series that was seen; of patterns, `first` tells how new it is.
struct Seen {
  Labels labels{};
  base::TimeNs first = 0, last = 0;
  std::string example{};
};

// Thread-compatible.
class Memory {
 public:
  // Values of `keep_ns` back are kept, one every `every_ns`. Those of the first window that anything came in are not: it may have begun
  // with the records, and what they would have been before nobody knows.
  Memory(std::int64_t every_ns, std::int64_t window_ns, std::int64_t keep_ns)
      : every_ns_(every_ns), window_ns_(window_ns), keep_ns_(keep_ns) {}

  void remember(base::TimeNs at, const std::vector<Sample>& values);
  // Of the tick at `at`: 0 if the series was not among its values, nullopt if there is no such tick.
  std::optional<double> value_at(base::TimeNs at, std::string_view key) const;
  struct Series {
    std::string key;
    Labels labels;
  };
  // That the tick at `at` had values of; none if there is no such tick.
  std::vector<Series> series_at(base::TimeNs at) const;

  using SeenMap = std::map<std::string, Seen, std::less<>>;
  const SeenMap& seen() const { return seen_; }
  Seen* find_seen(std::string_view key);
  // False if there are too many already.
  bool add_seen(std::string_view key, Seen seen);
  void forget_seen(std::string_view key);
  // It is to be written with the state.
  void touch_seen(std::string_view key) { touched_.emplace(key); }
  void load_seen(std::string key, Seen seen);
  // When the first of all was seen; nullopt: nothing was.
  std::optional<base::TimeNs> first_seen() const { return first_seen_; }
  // Keys that were added, touched or forgotten since the last time.
  std::vector<std::string> take_touched();
  // Since the last time.
  std::uint64_t take_not_remembered() { return std::exchange(not_remembered_, 0); }

 private:
  struct Values {
    base::TimeNs at;
    std::vector<std::pair<std::uint32_t, double>> of;  // by the number of the series
  };
  const Values* find(base::TimeNs at) const;

  const std::int64_t every_ns_, window_ns_, keep_ns_;
  std::optional<base::TimeNs> first_value_;  // the first tick with any
  std::deque<Values> values_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::vector<Series> series_;  // by number
  SeenMap seen_;
  std::optional<base::TimeNs> first_seen_;
  std::set<std::string> touched_;
  std::uint64_t not_remembered_ = 0;
};

}  // namespace logmill::alert
