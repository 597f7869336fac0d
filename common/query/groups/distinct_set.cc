#include "query/groups/distinct_set.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>

#include "text/digits.h"

namespace logmill::query {
namespace {
constexpr unsigned kRegisterBits = 14;
constexpr std::size_t kRegisters = std::size_t{1} << kRegisterBits;
constexpr std::size_t kValueSlots = 16;
constexpr std::size_t kHashDigits = 16;
constexpr std::size_t kSlotsPerPart = 8192;  // lines of at most 128 KiB

void append_hash(std::string& out, std::uint64_t hash) {
  for (int shift = 56; shift >= 0; shift -= 8) text::append_hex_byte(out, static_cast<unsigned char>(hash >> shift));
}
}  // namespace

void DistinctSet::add(std::uint64_t hash) {
  if (!exact()) return note(hash);
  if (hash == 0) {
    holds_zero_ = true;
    return;
  }
  if (2 * (held_ + 1) > slots_.size()) {
    std::vector<std::uint64_t> old(std::max(kValueSlots, 2 * slots_.size()));
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
  for (std::size_t i = 0; i < other.registers_.size(); ++i) registers_[i] = std::max(registers_[i], other.registers_[i]);
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
  if (estimate <= 2.5 * kM && empty > 0) return static_cast<std::uint64_t>(kM * std::log(kM / empty));
  return static_cast<std::uint64_t>(estimate);
}

std::size_t DistinctSet::parts() const { return exact() ? slots_.size() / kSlotsPerPart + 1 : 1; }

void DistinctSet::save(std::size_t part, std::string& out) const {
  if (!exact()) {
    out += "r";
    for (const std::uint8_t rank : registers_) text::append_hex_byte(out, rank);
    return;
  }
  out += "h";
  if (part == 0 && holds_zero_) append_hash(out, 0);
  const std::size_t end = std::min((part + 1) * kSlotsPerPart, slots_.size());
  for (std::size_t slot = part * kSlotsPerPart; slot < end; ++slot)
    if (slots_[slot] != 0) append_hash(out, slots_[slot]);
}

bool DistinctSet::load(std::string_view part) {
  const bool hashes = part.front() == 'h';
  const std::size_t digits = hashes ? kHashDigits : 2;
  if ((!hashes && part.front() != 'r') || (part.size() - 1) % digits != 0) return false;
  part.remove_prefix(1);
  if (!hashes && part.size() != 2 * kRegisters) return false;
  if (!hashes && exact()) estimate_from_now_on();
  for (std::size_t i = 0; i * digits < part.size(); ++i) {
    std::uint64_t number = 0;
    const char* const begin = part.data() + i * digits;
    if (std::from_chars(begin, begin + digits, number, 16).ptr != begin + digits) return false;
    if (hashes)
      add(number);
    else
      registers_[i] = std::max(registers_[i], static_cast<std::uint8_t>(std::min<std::uint64_t>(number, 64)));
  }
  return true;
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
  const auto rank = static_cast<std::uint8_t>(std::min<int>(std::countl_zero(rest), 64 - static_cast<int>(kRegisterBits)) + 1);
  registers_[index] = std::max(registers_[index], rank);
}

}  // namespace logmill::query
