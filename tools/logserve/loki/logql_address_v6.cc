#include "logserve/loki/logql_address_v6.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <vector>

#include "logserve/loki/logql_address.h"

namespace logmill::logserve {
namespace {

constexpr int kGroups = 8;
constexpr std::uint32_t kGroupMax = 0xffff;
using Address = std::array<std::uint32_t, kGroups>;

// Of each group the least and the greatest: all that lie between in every group.
struct Block {
  Address first, last;
};

// "db8:0:1", or "db8:0:10.0.0.1" at the end of an address.
bool take_groups(std::string_view text, bool at_end, std::vector<std::uint32_t>& groups) {
  while (!text.empty()) {
    const std::size_t colon = text.find(':');
    const std::string_view group = text.substr(0, colon);
    if (colon == std::string_view::npos && at_end && group.find('.') != std::string_view::npos) {
      const auto address = v4_address_of(group);
      if (!address) return false;
      groups.insert(groups.end(), {*address >> 16, *address & kGroupMax});
      return true;
    }
    std::uint32_t number = 0;
    const auto parsed = std::from_chars(group.data(), group.data() + group.size(), number, 16);
    if (group.size() > 4 || parsed.ec != std::errc() || parsed.ptr != group.data() + group.size()) return false;
    groups.push_back(number);
    if (colon == std::string_view::npos) return true;
    text.remove_prefix(colon + 1);
    if (text.empty()) return false;
  }
  return true;
}

std::optional<Address> address_of(std::string_view text) {
  const std::size_t gap = text.find("::");
  std::vector<std::uint32_t> groups, behind;
  if (!take_groups(text.substr(0, gap), gap == std::string_view::npos, groups)) return std::nullopt;
  if (gap != std::string_view::npos && !take_groups(text.substr(gap + 2), true, behind)) return std::nullopt;
  const std::size_t written = groups.size() + behind.size();
  if (gap == std::string_view::npos ? written != kGroups : written >= kGroups) return std::nullopt;
  Address address{};
  std::ranges::copy(groups, address.begin());
  std::ranges::copy(behind, address.end() - static_cast<std::ptrdiff_t>(behind.size()));
  return address;
}

// All from `group` on, if only as many bits stay.
void free_all_behind(Block& block, int group, int bits) {
  for (; group < kGroups; ++group, bits -= 16) {
    const std::uint32_t free = kGroupMax >> std::clamp(bits, 0, 16);
    block.first[static_cast<std::size_t>(group)] &= ~free;
    block.last[static_cast<std::size_t>(group)] |= free;
  }
}

// [first, last] from the group on where the two part, as blocks: the border of each side, and what lies between them.
std::vector<Block> blocks_between(const Address& first, const Address& last) {
  const auto parts = static_cast<std::size_t>(std::ranges::mismatch(first, last).in1 - first.begin());
  if (parts == kGroups) return {{first, last}};
  std::vector<Block> blocks;
  // [from, to) in a group, what is in front of it as `border` has it, and anything behind.
  const auto add = [&blocks](const Address& border, std::size_t group, std::uint32_t from, std::uint32_t to) {
    if (from >= to) return;
    Block block{border, border};
    block.first[group] = from;
    block.last[group] = to - 1;
    free_all_behind(block, static_cast<int>(group) + 1, 0);
    blocks.push_back(block);
  };
  constexpr std::size_t kLast = kGroups - 1;
  // Only in the last group do the borders themselves belong to it.
  for (std::size_t group = kLast; group > parts; --group) add(first, group, first[group] + (group == kLast ? 0 : 1), kGroupMax + 1);
  add(first, parts, first[parts] + (parts == kLast ? 0 : 1), last[parts] + (parts == kLast ? 1 : 0));
  for (std::size_t group = parts + 1; group < kGroups; ++group) add(last, group, 0, last[group] + (group == kLast ? 1 : 0));
  return blocks;
}

std::string digit_between(std::uint32_t first, std::uint32_t last) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  if (first == last) return std::string(1, kDigits[first]);
  return "[" + std::string(kDigits.substr(first, last - first + 1)) + "]";
}

// Numbers of so many digits, with all their zeros.
std::string digits_between(std::uint32_t first, std::uint32_t last, int digits) {
  if (digits == 1) return digit_between(first, last);
  const int rest = 4 * (digits - 1);
  const std::uint32_t ones = (1U << rest) - 1;
  std::string regex;
  const auto add = [&](std::uint32_t from, std::uint32_t to) {
    const std::uint32_t low = from & ones, high = to & ones;
    regex += regex.empty() ? "" : "|";
    regex += digit_between(from >> rest, to >> rest);
    if (low == 0 && high == ones)
      regex.append("[0-9a-f]{").append(std::to_string(digits - 1)).append("}");
    else
      regex += digits_between(low, high, digits - 1);
  };
  std::uint32_t from = first;
  if ((first & ones) != 0 && first >> rest != last >> rest) {
    add(first, first | ones);
    from = (first | ones) + 1;
  }
  if (from >> rest == last >> rest) {
    add(from, last);
  } else if ((last & ones) == ones) {
    add(from, last);
  } else {
    add(from, (last & ~ones) - 1);
    add(last & ~ones, last);
  }
  return "(?:" + regex + ")";
}

// A group, with or without the zeros in front of it.
std::string group_between(std::uint32_t first, std::uint32_t last) {
  if (first == 0 && last == kGroupMax) return "[0-9a-f]{1,4}";
  std::string regex;
  for (int digits = 1; digits <= 4; ++digits) {
    const std::uint32_t least = digits == 1 ? 0 : 1U << (4 * (digits - 1)), greatest = (1U << (4 * digits)) - 1;
    const std::uint32_t from = std::max(first, least), to = std::min(last, greatest);
    if (from > to) continue;
    regex.append(regex.empty() ? "" : "|");
    if (digits < 4) regex.append("0{0,").append(std::to_string(4 - digits)).append("}");
    regex.append(digits_between(from, to, digits));
  }
  return "(?:" + regex + ")";
}

// The last two groups as an address of version 4: one of the first of them, or all of the second.
std::string dotted(const Block& block) {
  return "(?:" + regex_of_v4_range(block.first[6] << 16 | block.first[7], block.last[6] << 16 | block.last[7]) + ")";
}

std::string joined(const std::vector<std::string>& groups, std::size_t from, std::size_t to) {
  std::string regex;
  for (std::size_t i = from; i < to; ++i) regex.append(i > from ? ":" : "").append(groups[i]);
  return regex;
}

// All of its texts: without a gap, or with one in place of any groups that may be zero; the last two groups in either way. What a gap is
// followed by begins at any place up to where it must end, each one more group in front of the other.
std::string regex_of_block(const Block& block) {
  std::vector<std::string> hex, mixed;
  for (std::size_t i = 0; i < kGroups; ++i) hex.push_back(group_between(block.first[i], block.last[i]));
  mixed.assign(hex.begin(), hex.begin() + 6);
  mixed.push_back(dotted(block));
  std::string regex;
  for (const auto& groups : {hex, mixed}) {
    regex.append(regex.empty() ? "" : "|").append(joined(groups, 0, groups.size()));
    const std::size_t gap_end_max = groups.size() == kGroups ? kGroups : kGroups - 2;
    for (std::size_t from = 0; from < gap_end_max; ++from) {
      if (block.first[from] != 0) continue;
      std::size_t gap_end = from + 1;
      std::string behind;
      for (; gap_end < gap_end_max && block.first[gap_end] == 0; ++gap_end)
        behind = "(?:" + behind + groups[gap_end] + (gap_end + 1 < groups.size() ? ":)?" : ")?");
      regex.append("|").append(joined(groups, 0, from)).append("::").append(behind).append(joined(groups, gap_end, groups.size()));
    }
  }
  return regex;
}

}  // namespace

base::Result<std::string> regex_of_v6_addresses(std::string_view text) {
  const base::Error wrong{
      base::ErrorCode::invalid,
      "an address of version 6, a prefix of such or a range is expected in ip(): \"2001:db8::/32\", \"fe80::1-fe80::ff\""};
  const std::size_t slash = text.find('/'), dash = text.find('-');
  const auto first = address_of(text.substr(0, std::min(slash, dash)));
  if (!first) return wrong;
  std::vector<Block> blocks;
  if (slash != std::string_view::npos) {
    const auto bits = number_up_to(text.substr(slash + 1), 16 * kGroups);
    if (!bits) return wrong;
    blocks.push_back({*first, *first});  // clang 14 makes no aggregate of what emplace_back gets
    free_all_behind(blocks.back(), 0, static_cast<int>(*bits));
  } else {
    const auto last = dash == std::string_view::npos ? first : address_of(text.substr(dash + 1));
    if (!last || *last < *first) return wrong;
    blocks = blocks_between(*first, *last);
  }
  std::string regex = "(?i:";
  for (const Block& block : blocks) regex.append(regex.ends_with(':') ? "" : "|").append(regex_of_block(block));
  return regex + ")";
}

}  // namespace logmill::logserve
