// What of a zstd frame's blocks (RFC 8878, section 3.1.1) the ones behind them depend on: the codes that are in force, and the last three
// offsets. Blocks are walked, not decompressed: literals are passed over, of the sequences only lengths and offsets are read.
//
// All of it comes from outside. What is not understood is refused, also where a decoder would know more.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace logmill::codec {

inline constexpr std::size_t kZstdBlockHeaderBytes = 3;

struct ZstdFrameHeader {
  std::uint64_t window_bytes = 0;
  std::uint8_t window_descriptor = 0;  // of at least so many: a frame may give its size instead
  bool checksum = false;               // four bytes behind the last block
};
// How many bytes the header has that begins with these, of which five are enough; 0: it is none.
std::size_t zstd_frame_header_bytes(std::string_view front);
// nullopt: more is needed to decompress it than the file.
std::optional<ZstdFrameHeader> read_zstd_frame_header(std::string_view header);

enum class ZstdBlockType : std::uint8_t { raw, rle, compressed, reserved };
struct ZstdBlockHeader {
  ZstdBlockType type;
  bool last;
  std::uint32_t bytes;  // in the file, behind the header
};
ZstdBlockHeader read_zstd_block_header(std::string_view header);

// Of literal lengths, offsets or match lengths: a table of finite state entropy.
class ZstdCode {
 public:
  struct State {
    std::uint8_t symbol, bits;
    std::uint16_t base;
  };
  enum class Kind : std::uint8_t { literal_lengths, offsets, match_lengths };

  // The default one.
  explicit ZstdCode(Kind kind);

  // Takes the description of a table from the front of `bytes`; how many bytes it has, 0 if it is none.
  std::size_t describe(std::string_view bytes);
  // All are this symbol; false if there is no such.
  bool set_rle(std::uint8_t symbol);
  void set_default();

  // Empty: only one symbol, which cannot be described.
  std::string_view description() const { return description_; }
  unsigned log() const { return log_; }
  // Before `at`, and after each change: of most blocks the tables are described, but not used.
  void build();
  const State& at(std::size_t state) const { return states_[state]; }

 private:
  static constexpr unsigned kLogMax = 9, kSymbolsMax = 53;

  const Kind kind_;
  std::string description_;
  unsigned log_ = 0;
  std::array<std::int16_t, kSymbolsMax> counts_{};  // in the table; -1: once, and less likely than that
  bool built_ = false;
  std::array<State, 1 << kLogMax> states_{};
};

// One piece of a compressed block: literals, then a copy of what stood `offset` bytes before.
struct ZstdSequence {
  std::uint32_t literals, match;
  std::uint64_t offset;  // 0: not known, because those before the block are not
};

class ZstdBlockWalk {
 public:
  // As at the start of a frame.
  void begin();

  // Takes the tables of the next compressed block, all that stands behind its header; false if it is not understood: then nothing of this
  // frame is known any more. Keeps a view of it.
  bool enter(std::string_view block);
  // Of the block that was entered: reads its sequences. False if they are damaged. `use` returns false to stop, with the same result.
  template <class Use>
  bool for_each_sequence(Use use);
  // The offsets are not kept up: no sequences were read of a block.
  void forget_offsets() { offsets_ = {}; }

  // Which of the tables the block that was entered takes over from those before, in the order of a dictionary.
  struct Repeats {
    bool offsets = false, match_lengths = false, literal_lengths = false;
  };
  const Repeats& repeats() const { return repeats_; }
  bool has_sequences() const { return sequences_ > 0; }
  // Whether all three of the last offsets are known, and none is beyond `most`.
  bool knows_offsets(std::uint64_t most) const {
    return std::all_of(offsets_.begin(), offsets_.end(), [most](std::uint64_t offset) { return offset > 0 && offset <= most; });
  }

  // The tables and offsets as a dictionary has them (section 5), up to its content. Codes of a single symbol are not described: they stand
  // as the default ones, and `undescribed` says which.
  std::string dictionary_head(Repeats& undescribed) const;
  // Takes them up again; how long that was, 0 if it is damaged.
  std::size_t begin_with(std::string_view dictionary);

 private:
  class Bits;  // read from the end

  bool pass_literals(std::string_view& block);
  bool read_modes(std::string_view& block);
  static bool enter_code(unsigned mode, ZstdCode& code, bool& repeated, std::string_view& block);
  // Nothing if there is no such.
  std::optional<std::uint64_t> offset_of(std::uint64_t value, bool literals);

  std::string huffman_;  // its description; empty: none yet
  ZstdCode literal_lengths_{ZstdCode::Kind::literal_lengths}, offset_codes_{ZstdCode::Kind::offsets},
      match_lengths_{ZstdCode::Kind::match_lengths};
  std::array<std::uint64_t, 3> offsets_{};  // 0: not known
  Repeats repeats_;
  std::uint32_t sequences_ = 0;
  std::string_view bits_;
};

// What a length code stands for: the least of its lengths, and how many bits say which.
struct ZstdLength {
  std::uint32_t least;
  std::uint8_t bits;
};
inline constexpr ZstdLength kZstdLiteralLengths[] = {
    {0, 0},  {1, 0},  {2, 0},   {3, 0},   {4, 0},   {5, 0},     {6, 0},     {7, 0},     {8, 0},     {9, 0},      {10, 0},     {11, 0},
    {12, 0}, {13, 0}, {14, 0},  {15, 0},  {16, 1},  {18, 1},    {20, 1},    {22, 1},    {24, 2},    {28, 2},     {32, 3},     {40, 3},
    {48, 4}, {64, 6}, {128, 7}, {256, 8}, {512, 9}, {1024, 10}, {2048, 11}, {4096, 12}, {8192, 13}, {16384, 14}, {32768, 15}, {65536, 16}};
inline constexpr ZstdLength kZstdMatchLengths[] = {
    {3, 0},   {4, 0},   {5, 0},     {6, 0},     {7, 0},     {8, 0},     {9, 0},      {10, 0},     {11, 0},    {12, 0}, {13, 0},
    {14, 0},  {15, 0},  {16, 0},    {17, 0},    {18, 0},    {19, 0},    {20, 0},     {21, 0},     {22, 0},    {23, 0}, {24, 0},
    {25, 0},  {26, 0},  {27, 0},    {28, 0},    {29, 0},    {30, 0},    {31, 0},     {32, 0},     {33, 0},    {34, 0}, {35, 1},
    {37, 1},  {39, 1},  {41, 1},    {43, 2},    {47, 2},    {51, 3},    {59, 3},     {67, 4},     {83, 4},    {99, 5}, {131, 7},
    {259, 8}, {515, 9}, {1027, 10}, {2051, 11}, {4099, 12}, {8195, 13}, {16387, 14}, {32771, 15}, {65539, 16}};

class ZstdBlockWalk::Bits {
 public:
  // The highest bit that is set ends them; false if there is none.
  bool begin(std::string_view bytes) {
    bytes_ = bytes;
    if (bytes.empty() || bytes.back() == 0) return false;
    left_ = 8 * bytes.size() - static_cast<std::size_t>(std::countl_zero(static_cast<std::uint8_t>(bytes.back()))) - 1;
    return true;
  }
  // At most 32; zeros behind the end, which `overrun` tells.
  std::uint64_t take(unsigned count) {
    if (count > left_) {
      overrun_ = true;
      return 0;
    }
    left_ -= count;
    const std::size_t at = left_ / 8;
    std::uint64_t word = 0;
    if (at + sizeof word <= bytes_.size())
      word = base::load_le<std::uint64_t>(bytes_.data() + at);
    else
      for (std::size_t i = bytes_.size(); i > at; --i) word = word << 8 | static_cast<std::uint8_t>(bytes_[i - 1]);
    return word >> left_ % 8 & ((std::uint64_t{1} << count) - 1);
  }
  bool overrun() const { return overrun_; }
  bool used_up() const { return left_ == 0 && !overrun_; }

 private:
  std::string_view bytes_;
  std::size_t left_ = 0;  // in bits
  bool overrun_ = false;
};

// Values up to 3 are of the offsets before; one less far back where no literals stand between.
inline std::optional<std::uint64_t> ZstdBlockWalk::offset_of(std::uint64_t value, bool literals) {
  if (value > 3) {
    offsets_ = {value - 3, offsets_[0], offsets_[1]};
    return offsets_[0];
  }
  const std::uint64_t which = literals ? value - 1 : value;
  std::uint64_t offset = which < 3 ? offsets_[which] : offsets_[0];
  if (which == 3 && offset == 1) return std::nullopt;
  if (which == 3 && offset != 0) --offset;
  if (which > 1) offsets_[2] = offsets_[1];
  if (which > 0) {
    offsets_[1] = offsets_[0];
    offsets_[0] = offset;
  }
  return offset;
}

template <class Use>
bool ZstdBlockWalk::for_each_sequence(Use use) {
  if (sequences_ == 0) return true;
  Bits bits;
  if (!bits.begin(bits_)) return false;
  for (ZstdCode* code : {&literal_lengths_, &offset_codes_, &match_lengths_}) code->build();
  std::size_t literals_state = bits.take(literal_lengths_.log()), offset_state = bits.take(offset_codes_.log()),
              match_state = bits.take(match_lengths_.log());
  for (std::uint32_t left = sequences_; left > 0; --left) {
    const ZstdCode::State& literals = literal_lengths_.at(literals_state);
    const ZstdCode::State& offset = offset_codes_.at(offset_state);
    const ZstdCode::State& match = match_lengths_.at(match_state);
    const std::uint64_t value = (std::uint64_t{1} << offset.symbol) + bits.take(offset.symbol);
    ZstdSequence sequence{};
    const ZstdLength &match_length = kZstdMatchLengths[match.symbol], &literal_length = kZstdLiteralLengths[literals.symbol];
    sequence.match = match_length.least + static_cast<std::uint32_t>(bits.take(match_length.bits));
    sequence.literals = literal_length.least + static_cast<std::uint32_t>(bits.take(literal_length.bits));
    const auto distance = offset_of(value, sequence.literals > 0);
    if (!distance || bits.overrun()) return false;
    sequence.offset = *distance;
    if (!use(sequence)) return false;
    if (left == 1) break;
    literals_state = literals.base + bits.take(literals.bits);
    match_state = match.base + bits.take(match.bits);
    offset_state = offset.base + bits.take(offset.bits);
  }
  return bits.used_up();
}

}  // namespace logmill::codec
