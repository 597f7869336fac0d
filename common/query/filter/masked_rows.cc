#include "query/filter/masked_rows.h"

#include <bit>

#include "base/byte_lanes.h"

namespace logmill::query {
namespace {

constexpr std::uint32_t kGroup = 64;  // rows, a bit each
// So many are put, whatever there is: few groups of a search that finds something here and there have more, and it takes no branch to
// guess.
constexpr std::size_t kPutAtOnce = 4;

std::uint64_t bits_with(const std::uint8_t* flags, std::uint8_t flag) {
  std::uint64_t bits = 0;
  for (std::size_t at = 0; at < kGroup; at += sizeof(base::Bytes16)) {
    const base::Bytes16 lane = base::load_lane(reinterpret_cast<const char*>(flags) + at);
    bits |= base::bits_of(reinterpret_cast<base::Bytes16>(lane == flag)) << at;
  }
  return bits;
}

}  // namespace

std::vector<std::uint32_t> rows_with(const Mask& mask, std::uint8_t flag, std::uint32_t first, std::uint32_t last) {
  const std::uint8_t* const flags = mask.data();
  std::vector<std::uint64_t> groups;
  groups.reserve((last - first) / kGroup + 1);
  std::size_t count = 0;
  const auto add = [&](std::uint64_t bits) {
    groups.push_back(bits);
    count += static_cast<std::size_t>(std::popcount(bits));
  };
  std::uint32_t row = first;
  for (; row + kGroup <= last; row += kGroup) add(bits_with(flags + row, flag));
  if (row < last) {
    std::uint64_t bits = 0;
    for (std::uint32_t i = 0; row + i < last; ++i) bits |= std::uint64_t{flags[row + i] == flag} << i;
    add(bits);
  }
  std::vector<std::uint32_t> rows(count + kPutAtOnce - 1);  // what is put behind the last is none
  std::uint32_t* to = rows.data();
  row = first;
  for (std::uint64_t bits : groups) {
    const auto in_group = static_cast<std::size_t>(std::popcount(bits));
    for (std::size_t put = 0; put < in_group; put += kPutAtOnce)
      for (std::size_t i = 0; i < kPutAtOnce; ++i) {
        to[put + i] = row + static_cast<std::uint32_t>(std::countr_zero(bits));
        bits &= bits - 1;
      }
    to += in_group;
    row += kGroup;
  }
  rows.resize(count);
  return rows;
}

}  // namespace logmill::query
