#include "alert/memory.h"

#include <algorithm>
#include <iterator>

#include "base/heap_bytes.h"

namespace logmill::alert {
namespace {

// 50 MB of patterns of 500 bytes: a program that writes so many has values in them.
constexpr std::size_t kSeenMax = 100'000;
constexpr std::size_t kTreeNodeBytes = 4 * sizeof(void*);
constexpr std::size_t kTableNodeBytes = 3 * sizeof(void*);

}  // namespace

std::uint64_t Memory::Values::memory_bytes() const {
  return base::heap_bytes(kTreeNodeBytes + sizeof(base::TimeNs) + sizeof *this) + base::heap_bytes(of.capacity() * sizeof of[0]);
}

std::uint64_t Memory::memory_bytes_of_name(const Series& series) {
  return sizeof(Numbered) + memory_bytes_of(series.labels) + base::heap_bytes(kTableNodeBytes + sizeof series.key) +
         2 * base::heap_bytes(series.key.size() + 1);
}

std::uint64_t Memory::memory_bytes_of_seen(std::string_view key, const Seen& seen) {
  // Until it is saved its key is among those that were touched, too.
  return base::heap_bytes(kTreeNodeBytes + sizeof(std::string) + sizeof seen) + base::heap_bytes(kTreeNodeBytes + sizeof(std::string)) +
         2 * base::heap_bytes(key.size() + 1) + memory_bytes_of(seen.labels) + base::heap_bytes(seen.example.size() + 1);
}

void Memory::remember(const Tick& tick) {
  if (keep_ns_ == 0) return;
  while (!values_.empty() && values_.begin()->first < tick.at - keep_ns_) forget_oldest();
  if (!first_value_ && std::ranges::all_of(tick.values, [](const Sample& sample) { return sample.value == 0; })) return;
  if (!first_value_) first_value_ = tick.at;
  if (tick.at < *first_value_ + window_ns_) return;
  Values values{.whole = tick.whole, .of = {}};
  values.of.reserve(tick.values.size());
  // There is always a tick before it that can be forgotten, or it is the only one.
  while (!remembered_.take(values.memory_bytes())) {
    if (values_.empty()) return;
    ++values_lost_;
    forget_oldest();
  }
  for (const Sample& sample : tick.values)
    if (!remember(sample, values)) values.whole = false, ++values_lost_;
  std::ranges::sort(values.of);
  values_.insert_or_assign(tick.at, std::move(values));
}

// False: there is no room for its name.
bool Memory::remember(const Sample& sample, Values& values) {
  auto number = numbers_.find(sample.key);
  if (number == numbers_.end()) {
    Series series{sample.key, sample.labels};
    if (!remembered_.take(memory_bytes_of_name(series))) return false;
    if (free_numbers_.empty()) {
      free_numbers_.push_back(static_cast<std::uint32_t>(series_.size()));
      series_.emplace_back();
    }
    number = numbers_.emplace(sample.key, free_numbers_.back()).first;
    series_[free_numbers_.back()].series = std::move(series);
    free_numbers_.pop_back();
  }
  ++series_[number->second].uses;
  values.of.emplace_back(number->second, sample.value);
  return true;
}

void Memory::forget_oldest() { forget_values(values_.begin()); }

void Memory::forget_values(std::map<base::TimeNs, Values>::iterator tick) {
  for (const auto& [number, value] : tick->second.of) {
    Numbered& numbered = series_[number];
    if (--numbered.uses > 0) continue;
    remembered_.give_back(memory_bytes_of_name(numbered.series));
    numbers_.erase(numbered.series.key);
    numbered.series = {};
    free_numbers_.push_back(number);
  }
  remembered_.give_back(tick->second.memory_bytes());
  values_.erase(tick);
}

std::optional<double> Memory::value_at(base::TimeNs at, std::string_view key) const {
  const auto values = values_.find(at);
  if (values == values_.end()) return std::nullopt;
  const std::optional<double> otherwise = values->second.whole ? std::optional(0.0) : std::nullopt;
  const auto number = numbers_.find(std::string(key));
  if (number == numbers_.end()) return otherwise;
  const auto found = std::ranges::lower_bound(values->second.of, number->second, {}, &std::pair<std::uint32_t, double>::first);
  return found != values->second.of.end() && found->first == number->second ? std::optional(found->second) : otherwise;
}

std::vector<Memory::Series> Memory::series_at(base::TimeNs at) const {
  std::vector<Series> all;
  if (const auto values = values_.find(at); values != values_.end())
    for (const auto& [number, value] : values->second.of) all.push_back(series_[number].series);
  return all;
}

Seen* Memory::find_seen(std::string_view key) {
  const auto found = seen_.find(key);
  return found == seen_.end() ? nullptr : &found->second;
}

bool Memory::load_seen(std::string key, Seen seen) {
  if (seen_.size() >= kSeenMax || !remembered_.take(memory_bytes_of_seen(key, seen))) {
    ++not_remembered_;
    return false;
  }
  first_seen_ = std::min(first_seen_.value_or(seen.first), seen.first);
  seen_.insert_or_assign(std::move(key), std::move(seen));
  return true;
}

bool Memory::add_seen(std::string_view key, Seen seen) {
  if (!load_seen(std::string(key), std::move(seen))) return false;
  touch_seen(key);
  return true;
}

void Memory::forget_seen(std::string_view key) {
  touch_seen(key);
  const auto found = seen_.find(key);
  if (found == seen_.end()) return;
  remembered_.give_back(memory_bytes_of_seen(found->first, found->second));
  seen_.erase(found);
}

void Memory::move_clock(std::int64_t by_ns, base::TimeNs now) {
  while (!values_.empty() && values_.rbegin()->first > now) forget_values(std::prev(values_.end()));
  if (first_value_ && *first_value_ > now) first_value_.reset();
  if (first_seen_) first_seen_ = std::min(*first_seen_ + by_ns, now);
  for (auto& [key, seen] : seen_) {
    seen.first = std::min(seen.first + by_ns, now);
    seen.last = std::min(seen.last + by_ns, now);
    touch_seen(key);
  }
}

std::vector<std::string> Memory::take_touched() {
  std::vector<std::string> keys(touched_.begin(), touched_.end());
  touched_.clear();
  return keys;
}

}  // namespace logmill::alert
