// Several texts looked for at once, ASCII letters in either case: what tells by the bytes alone
// which lines are worth a closer look.
//
// Of each needle two bytes, the least common ones, are compared at sixteen places together, or at
// thirty-two where the processor can; where both agree the rest is compared too. Fast as long as
// there are few needles: of up to four the probes stay in registers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace logmill::text {

class Needles {
 public:
  // At least one byte.
  void add(std::string_view needle);
  std::size_t count() const { return needles_.size(); }
  const std::string& operator[](std::size_t i) const { return needles_[i].text; }

  // Where the first of them begins, at `from` or behind it; npos if none is there.
  std::size_t find(std::string_view text, std::size_t from = 0) const;
  bool found_in(std::string_view text) const { return find(text) != std::string_view::npos; }

 private:
  struct Probe {
    std::uint8_t at = 0;    // in the needle
    std::uint8_t fold = 0;  // or'ed to a byte before it is compared
    std::uint8_t byte = 0;
  };
  struct Needle {
    std::string text;  // lower case
    Probe first, second;
  };

  using Scan = std::size_t (Needles::*)(std::string_view text, std::size_t from) const;
  template <std::size_t N>
  std::size_t scan(std::string_view text, std::size_t from) const;
  template <std::size_t N>
  std::size_t scan_wide(std::string_view text, std::size_t from) const;
  static Scan choose_scan(std::size_t count);
  static bool stands_at(const Needle& needle, const char* at);
  bool any_at(std::string_view text, std::size_t at) const;
  static Probe probe(std::string_view needle, std::size_t at);

  std::vector<Needle> needles_;
  std::size_t longest_ = 0;
  Scan scan_ = nullptr;
};

}  // namespace logmill::text
