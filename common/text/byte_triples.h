// Places where one of several patterns stands: three bytes in a row, each of some set. However many there are, a place takes the same few
// steps: of each byte a table, or two of its halves where the processor has no wide ones, tell in one step which of eight groups of
// patterns it suits. So now and then a place is found that suits none of the patterns, but two of one group; the caller looks closer
// anyway.
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

  ByteTriples() = default;  // of none
  // As where the processor compares at most so many bytes at once; for tests of what others run.
  explicit ByteTriples(std::span<const Pattern> patterns, std::size_t vector_bytes_max = 64);

  // In how many places of a thousand million such triples stand in logs, roughly.
  static double commonness(const Pattern& pattern);
  // The same of all that are found.
  double commonness() const;
  // The places in `text` from `from` on, as far as a window reaches, where one may stand; less `from`. Behind the text newlines follow.
  static constexpr std::size_t kWindowBytes = 4096;
  class Places;
  std::span<const std::uint16_t> find(std::string_view text, std::size_t from, Places& places) const;

 private:
  static constexpr std::size_t kGroups = 8, kBlockBytes = 64;
  // What finds them: comparing bytes, or what the processor does with 32 or 64 of them.
  enum class Way : std::uint8_t { bytes, wide, wider };
  // By the upper half of a byte, a bit for each lower one.
  using Bytes = std::array<std::uint16_t, 16>;
  struct Group {
    std::array<Bytes, 3> sets{};
    double commonness = 0;
  };
  // A bit for each group, by half of a byte.
  struct Halves {
    alignas(16) std::array<std::uint8_t, 16> low{}, high{};
    std::uint8_t of(char c) const;
  };
  // By the byte, of which those from 0x7f on are one.
  struct Whole {
    alignas(64) std::array<std::uint8_t, 128> of{};
  };
  struct Wide;
  struct Wider;

  static Way way_of(std::size_t vector_bytes_max);
  static Bytes bytes_of(const ByteSet& set);
  static double commonness_of(const Bytes& bytes);
  Group group_of(const std::array<Bytes, 3>& sets) const;
  Group joined(const Group& a, const Group& b) const;
  void merge_nearest();
  void fill_tables();
  void find_by_bytes(std::string_view text, std::size_t from, std::size_t begin, Places& places) const;
  void find_wide(std::string_view text, std::size_t from, Places& places) const;
  void find_wider(std::string_view text, std::size_t from, Places& places) const;

  Way way_ = Way::bytes;
  std::vector<Group> groups_;
  std::array<Halves, 3> halves_;
  std::array<Whole, 3> whole_;  // of the wider way
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
