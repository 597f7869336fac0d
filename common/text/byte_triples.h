// Places where one of several patterns stands: three bytes in a row, each of some set. However many there are, a place takes the same few
// steps: of each byte two tables, of its halves, tell in one step which of eight groups of patterns it suits. So now and then a place is
// found that suits none of the patterns, but two of one group; the caller looks closer anyway.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace logmill::text {

using ByteSet = std::bitset<256>;
ByteSet byte_set(std::string_view bytes);
// With both cases of letters.
ByteSet folded_byte_set(std::string_view bytes);
ByteSet any_byte();

class ByteTriples {
 public:
  using Pattern = std::array<ByteSet, 3>;

  ByteTriples() = default;
  // As where the processor compares at most so many bytes at once; for tests of what others run.
  explicit ByteTriples(std::size_t vector_bytes_max) : vector_bytes_max_(vector_bytes_max) {}

  void add(const Pattern& pattern);
  // How often such triples are met in logs, roughly: more of a pattern that is found more often.
  static double commonness(const Pattern& pattern);
  // The same of all that are found.
  double commonness() const;
  // The places in `text` from `from` on, as far as a window reaches, where one may stand; less `from`. Behind the text newlines follow.
  static constexpr std::size_t kWindowBytes = 4096;
  class Places;
  std::span<const std::uint16_t> find(std::string_view text, std::size_t from, Places& places) const;

 private:
  static constexpr std::size_t kGroups = 8, kBlockBytes = 64;
  // Of one byte, which values its halves may have: a bit each.
  struct Nibbles {
    std::uint16_t low = 0, high = 0;
  };
  using Group = std::array<Nibbles, 3>;
  // A bit for each group, by half of a byte.
  struct Halves {
    alignas(16) std::array<std::uint8_t, 16> low{}, high{};
    std::uint8_t of(char c) const;
  };
  struct Wide;
  struct Wider;

  static Group group_of(const Pattern& pattern);
  static Group joined(const Group& a, const Group& b);
  static double commonness(const Group& group);
  void merge_nearest();
  void fill_tables();
  void find_by_bytes(std::string_view text, std::size_t from, std::size_t begin, Places& places) const;
  void find_wide(std::string_view text, std::size_t from, Places& places) const;
  void find_wider(std::string_view text, std::size_t from, Places& places) const;

  std::vector<Group> groups_;
  std::array<Halves, 3> tables_;
  std::size_t vector_bytes_max_ = 64;
};

// Room for those of a window. Many blocks have one: to go on at once, and not with each of them, spares the processor a wrong guess.
class ByteTriples::Places {
  friend class ByteTriples;
  static constexpr std::size_t kPutAtOnce = 3;
  void clear() { count_ = 0; }
  void add(std::size_t block, std::uint64_t bits);

  std::size_t count_ = 0;
  std::array<std::uint16_t, kWindowBytes + kPutAtOnce> at_;
};

}  // namespace logmill::text
