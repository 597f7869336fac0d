#include "index/key_set.h"

#include <algorithm>
#include <utility>

namespace logmill::index {

std::vector<std::uint64_t> KeySet::take() {
  std::vector<std::uint64_t> keys;
  keys.reserve(size());
  if (has_zero_) keys.push_back(0);
  for (std::uint64_t& slot : slots_)
    if (slot != 0) keys.push_back(std::exchange(slot, 0));
  used_ = 0;
  has_zero_ = false;
  return keys;
}

void KeySet::grow() {
  const std::vector<std::uint64_t> old = std::exchange(slots_, std::vector<std::uint64_t>(std::max<std::size_t>(1024, 2 * slots_.size())));
  used_ = 0;
  for (const std::uint64_t key : old)
    if (key != 0) insert(key);
}

}  // namespace logmill::index
