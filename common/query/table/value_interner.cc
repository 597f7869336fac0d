#include "query/table/value_interner.h"

#include <algorithm>
#include <numeric>

#include "query/table/value_order.h"

namespace logmill::query {
namespace {

record::Value copy_into(base::Arena& bytes, const record::Value& value) {
  if (value.kind() == record::Kind::string) return record::Value::string(bytes.copy(value.text()));
  if (value.kind() == record::Kind::json) return record::Value::json(bytes.copy(value.text()));
  return value;
}

}  // namespace

std::uint32_t ValueInterner::intern(const record::Value& value) {
  const std::uint64_t hash = hash_value(value);
  std::size_t slot = hash & (slots_.size() - 1);
  while (slots_[slot] != kEmpty) {
    const std::uint32_t id = slots_[slot];
    if (hashes_[id] == hash && values_[id] == value) return id;
    slot = (slot + 1) & (slots_.size() - 1);
  }
  const auto id = static_cast<std::uint32_t>(values_.size());
  slots_[slot] = id;
  values_.push_back(copy_into(bytes_, value));
  hashes_.push_back(hash);
  if (2 * values_.size() > slots_.size()) grow();
  return id;
}

void ValueInterner::grow() {
  std::vector<std::uint32_t> slots(2 * slots_.size(), kEmpty);
  for (std::uint32_t id = 0; id < values_.size(); ++id) {
    std::size_t slot = hashes_[id] & (slots.size() - 1);
    while (slots[slot] != kEmpty) slot = (slot + 1) & (slots.size() - 1);
    slots[slot] = id;
  }
  slots_ = std::move(slots);
}

std::vector<std::uint32_t> most_frequent(const ValueInterner& values, std::span<const std::int64_t> counts, std::uint64_t values_max) {
  std::vector<std::uint32_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  const std::size_t wanted = std::min<std::uint64_t>(values_max, order.size());
  std::ranges::partial_sort(order, order.begin() + static_cast<std::ptrdiff_t>(wanted), [&](std::uint32_t a, std::uint32_t b) {
    return counts[a] != counts[b] ? counts[a] > counts[b] : compare_values(values.at(a), values.at(b)) < 0;
  });
  order.resize(wanted);
  return order;
}

}  // namespace logmill::query
