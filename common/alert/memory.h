// What a rule remembers from one tick to the next: values of a while, and which series it has seen.
//
// Values are read again from the store after a restart; what was seen is kept in the state.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "alert/room.h"
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
  // Values of `keep_ns` back are kept. Those of the first window that anything came in are not: it may have begun
  // with the records, and what they would have been before nobody knows. `remembered` must outlive it.
  Memory(std::int64_t window_ns, std::int64_t keep_ns, Remembered& remembered)
      : window_ns_(window_ns), keep_ns_(keep_ns), remembered_(remembered) {}

  // Without room for all, those that come first in the tick.
  void remember(const Tick& tick);
  // Of the tick at `at`: 0 if the series was not among its values, nullopt if there is no such tick, or it does not know all series and not
  // this one.
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
  // False if there are too many already, or there is no room for it.
  bool add_seen(std::string_view key, Seen seen);
  void forget_seen(std::string_view key);
  // It is to be written with the state.
  void touch_seen(std::string_view key) { touched_.emplace(key); }
  // From the state; the same.
  bool load_seen(std::string key, Seen seen);
  // When the first of all was seen; nullopt: nothing was.
  std::optional<base::TimeNs> first_seen() const { return first_seen_; }
  // The clock was set by so much, and it is `now`: what was seen lately was seen lately still. Values of times that have not come yet go.
  void move_clock(std::int64_t by_ns, base::TimeNs now);
  // Keys that were added, touched or forgotten since the last time.
  std::vector<std::string> take_touched();
  // Series that are not kept in mind, and values, for lack of room; since the last time.
  std::uint64_t take_not_remembered() { return std::exchange(not_remembered_, 0); }
  std::uint64_t take_values_lost() { return std::exchange(values_lost_, 0); }

 private:
  struct Values {
    bool whole = true;                                 // it has all series that there were
    std::vector<std::pair<std::uint32_t, double>> of;  // by the number of the series

    std::uint64_t memory_bytes() const;
  };
  struct Numbered {
    Series series{};
    std::uint32_t uses = 0;  // in `values_`; 0: the number is free
  };
  bool remember(const Sample& sample, Values& values);
  void forget_oldest();
  void forget_values(std::map<base::TimeNs, Values>::iterator tick);
  static std::uint64_t memory_bytes_of_name(const Series& series);
  static std::uint64_t memory_bytes_of_seen(std::string_view key, const Seen& seen);

  const std::int64_t window_ns_, keep_ns_;
  Remembered& remembered_;
  std::optional<base::TimeNs> first_value_;  // the first tick with any
  std::map<base::TimeNs, Values> values_;    // by tick
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::vector<Numbered> series_;  // by number
  std::vector<std::uint32_t> free_numbers_;
  SeenMap seen_;
  std::optional<base::TimeNs> first_seen_;
  std::set<std::string> touched_;
  std::uint64_t not_remembered_ = 0, values_lost_ = 0;
};

}  // namespace logmill::alert
