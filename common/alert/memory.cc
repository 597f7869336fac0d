#include "alert/memory.h"

#include <algorithm>

namespace logmill::alert {
namespace {

// 50 MB of patterns of 500 bytes: a program that writes so many has values in them.
constexpr std::size_t kSeenMax = 100'000;
// Numbers of series whose values are gone are given back only when there are so many.
constexpr std::size_t kNumbersMax = 100'000;

}  // namespace

void Memory::remember(base::TimeNs at, const std::vector<Sample>& values) {
  if (keep_ns_ == 0) return;
  if (!first_value_ && std::ranges::all_of(values, [](const Sample& sample) { return sample.value == 0; })) return;
  if (!first_value_) first_value_ = at;
  if (at < *first_value_ + window_ns_) return;
  if (numbers_.size() > kNumbersMax) {
    numbers_.clear();
    series_.clear();
    values_.clear();
  }
  Values& entry = values_.emplace_back(Values{at, {}});
  for (const Sample& sample : values) {
    const auto [number, added] = numbers_.try_emplace(sample.key, static_cast<std::uint32_t>(series_.size()));
    if (added) series_.push_back({sample.key, sample.labels});
    entry.of.emplace_back(number->second, sample.value);
  }
  std::ranges::sort(entry.of);
  while (values_.front().at < at - keep_ns_) values_.pop_front();
}

const Memory::Values* Memory::find(base::TimeNs at) const {
  if (values_.empty() || at < values_.front().at || at > values_.back().at) return nullptr;
  const auto index = static_cast<std::size_t>((at - values_.front().at) / every_ns_);
  return index < values_.size() && values_[index].at == at ? &values_[index] : nullptr;
}

std::optional<double> Memory::value_at(base::TimeNs at, std::string_view key) const {
  const Values* const values = find(at);
  if (!values) return std::nullopt;
  const auto number = numbers_.find(std::string(key));
  if (number == numbers_.end()) return 0;
  const auto found = std::ranges::lower_bound(values->of, number->second, {}, &std::pair<std::uint32_t, double>::first);
  return found != values->of.end() && found->first == number->second ? found->second : 0;
}

std::vector<Memory::Series> Memory::series_at(base::TimeNs at) const {
  std::vector<Series> all;
  if (const Values* const values = find(at))
    for (const auto& [number, value] : values->of) all.push_back(series_[number]);
  return all;
}

Seen* Memory::find_seen(std::string_view key) {
  const auto found = seen_.find(key);
  return found == seen_.end() ? nullptr : &found->second;
}

void Memory::load_seen(std::string key, Seen seen) {
  first_seen_ = std::min(first_seen_.value_or(seen.first), seen.first);
  seen_.insert_or_assign(std::move(key), std::move(seen));
}

bool Memory::add_seen(std::string_view key, Seen seen) {
  if (seen_.size() >= kSeenMax) {
    ++not_remembered_;
    return false;
  }
  load_seen(std::string(key), std::move(seen));
  touch_seen(key);
  return true;
}

void Memory::forget_seen(std::string_view key) {
  touch_seen(key);
  if (const auto found = seen_.find(key); found != seen_.end()) seen_.erase(found);
}

std::vector<std::string> Memory::take_touched() {
  std::vector<std::string> keys(touched_.begin(), touched_.end());
  touched_.clear();
  return keys;
}

}  // namespace logmill::alert
