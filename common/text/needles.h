// Several texts looked for at once, ASCII letters in either case: what tells by the bytes alone
// which lines are worth a closer look.
//
// Of each needle two bytes, the least common ones, are compared at sixteen places together, or at
// thirty-two or sixty-four where the processor can; where both agree the rest is compared too. Fast as long as
// there are few needles: of up to four the probes stay in registers, and no more is done than each
// needs (those without letters are compared as they are, those of one byte once).
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
  Needles() = default;
  // As where the processor compares at most so many bytes at once; for tests of what others run.
  explicit Needles(std::size_t vector_bytes_max) : vector_bytes_max_(vector_bytes_max) {}

  // At least one byte. They are numbered as they are looked for, not as they were added.
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
  // What it takes to probe for it; the dearest first.
  enum class Shape : std::uint8_t { folded, plain, byte };
  struct Needle {
    std::string text;  // lower case
    Probe first, second;
    Shape shape = Shape::folded;
  };

  using Scan = std::size_t (Needles::*)(std::string_view text, std::size_t from) const;
  template <std::size_t N>
  std::size_t scan(std::string_view text, std::size_t from) const;
  struct Wide;
  struct Wider;
  template <std::size_t Folded, std::size_t Plain, std::size_t Bytes>
  std::size_t scan_wide(std::string_view text, std::size_t from) const;
  template <std::size_t Folded, std::size_t Plain, std::size_t Bytes>
  std::size_t scan_wider(std::string_view text, std::size_t from) const;
  template <bool kWider, std::size_t Folded, std::size_t Plain, std::size_t Bytes>
  static constexpr Scan wide_of();
  template <bool kWider>
  Scan choose_wide() const;
  Scan choose_scan() const;
  static bool stands_at(const Needle& needle, const char* at);
  bool any_at(std::string_view text, std::size_t at) const;
  static Probe probe(std::string_view needle, std::size_t at);

  std::vector<Needle> needles_;
  std::size_t longest_ = 0, vector_bytes_max_ = 64;
  Scan scan_ = nullptr;
};

}  // namespace logmill::text
