#include "query/distinct_set.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace logmill::query {
namespace {
constexpr unsigned kRegisterBits = 14;
constexpr std::size_t kRegisters = std::size_t{1} << kRegisterBits;
constexpr std::size_t kSlotsAtStart = 16;
}  // namespace

void DistinctSet::add(std::uint64_t hash) {
  if (!exact()) return note(hash);
  if (hash == 0) {
    holds_zero_ = true;
    return;
  }
  if (2 * (held_ + 1) > slots_.size()) {
    std::vector<std::uint64_t> old(std::max(kSlotsAtStart, 2 * slots_.size()));
    old.swap(slots_);
    held_ = 0;
    for (const std::uint64_t h : old)
      if (h != 0) insert(h);
  }
  insert(hash);
  if (held_ > kExactMax) estimate_from_now_on();
}

void DistinctSet::merge(const DistinctSet& other) {
  if (!other.exact() && exact()) estimate_from_now_on();
  for (std::size_t i = 0; i < other.registers_.size(); ++i)
    registers_[i] = std::max(registers_[i], other.registers_[i]);
  if (other.holds_zero_) add(0);
  for (const std::uint64_t hash : other.slots_)
    if (hash != 0) add(hash);
}

std::uint64_t DistinctSet::count() const {
  if (exact()) return held_ + holds_zero_;
  double sum = 0;
  double empty = 0;
  for (const std::uint8_t rank : registers_) {
    sum += std::ldexp(1.0, -rank);
    empty += rank == 0;
  }
  constexpr double kM = kRegisters;
  constexpr double kAlpha = 0.7213 / (1 + 1.079 / kM);
  const double estimate = kAlpha * kM * kM / sum;
  // Few against the registers: count the empty ones instead.
  if (estimate <= 2.5 * kM && empty > 0)
    return static_cast<std::uint64_t>(kM * std::log(kM / empty));
  return static_cast<std::uint64_t>(estimate);
}

void DistinctSet::insert(std::uint64_t hash) {
  std::size_t slot = hash & (slots_.size() - 1);
  while (slots_[slot] != 0) {
    if (slots_[slot] == hash) return;
    slot = (slot + 1) & (slots_.size() - 1);
  }
  slots_[slot] = hash;
  ++held_;
}

void DistinctSet::estimate_from_now_on() {
  registers_.assign(kRegisters, 0);
  for (const std::uint64_t hash : slots_)
    if (hash != 0) note(hash);
  if (holds_zero_) note(0);
  slots_ = {};
  held_ = 0;
  holds_zero_ = false;
}

void DistinctSet::note(std::uint64_t hash) {
  const std::size_t index = hash >> (64 - kRegisterBits);
  const std::uint64_t rest = hash << kRegisterBits;
  const auto rank = static_cast<std::uint8_t>(
      std::min<int>(std::countl_zero(rest), 64 - static_cast<int>(kRegisterBits)) + 1);
  registers_[index] = std::max(registers_[index], rank);
}

}  // namespace logmill::query
