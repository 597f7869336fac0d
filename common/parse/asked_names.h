// Which fields are asked for by their names. It is asked of every field of every line: of most names that nobody asks for one bit tells,
// which is worked out when the code is compiled where the name is written there.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace logmill::parse {

class AskedNames {
 public:
  AskedNames() = default;  // none
  explicit AskedNames(std::vector<std::string> names) : names_(std::move(names)) {
    for (const std::string& name : names_) bits_ |= bit_of(name);
  }

  const std::vector<std::string>& names() const { return names_; }
  // Always inline: a call would not know the bit.
  [[gnu::always_inline]] bool contains(std::string_view name) const { return (bits_ & bit_of(name)) != 0 && has(name); }

 private:
  // Names that parsers set have sixty-four different ones as far as there are so many.
  [[gnu::always_inline]] static constexpr std::uint64_t bit_of(std::string_view name) {
    if (name.empty()) return 1;
    const auto first = static_cast<unsigned char>(name.front()), last = static_cast<unsigned char>(name.back());
    return std::uint64_t{1} << ((name.size() * 12 + first * 57u + last) % 64);
  }
  bool has(std::string_view name) const {
    return std::ranges::any_of(names_, [name](std::string_view asked) { return base::same_name(asked, name); });
  }

  std::vector<std::string> names_;
  std::uint64_t bits_ = 0;
};

}  // namespace logmill::parse
