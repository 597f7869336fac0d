#include "codec/zstd_block.h"

#include <algorithm>
#include <utility>

namespace logmill::codec {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kFrameMagic = "\x28\xb5\x2f\xfd"sv;
constexpr std::size_t kDescribedBytes = 5;  // of a frame's header: what says how long it is
// And an id, of which any will do but zero.
constexpr std::string_view kDictionaryMagic = "\x37\xa4\x30\xec\1\0\0\0"sv;
constexpr std::uint8_t kRepeatMode = 3;

// Of a code's kind: its largest table, its largest symbol, and the default table's description.
struct CodeLimits {
  unsigned log_max, symbol_max;
  std::string_view default_description;
};
constexpr CodeLimits kCodes[] = {
    {9, 35, "\x51\x10\x63\x8c\x31\xc6\x18\x63\x0c\x21\xc4\x18\x63\x66\x66\x86\x46\x92\x04\x00"sv},
    {8, 31, "\x20\x84\x10\x42\x66\x46\x44\x44\x44\x44\x24\x49\x02\x00"sv},
    {9, 52, "\x21\x14\xc4\x18\x63\x8c\x21\x84\x10\x42\x08\x21\x84\x10\x42\x08\x21\x44\x44\x44\x44\x44\x44\x44\x44\x24\x09\x00\x00"sv},
};
const CodeLimits& limits(ZstdCode::Kind kind) { return kCodes[static_cast<std::size_t>(kind)]; }

// Two symbols of one bit each: for a dictionary where there is no table yet.
constexpr std::string_view kAnyHuffman = "\x80\x10"sv;

std::uint8_t byte_at(std::string_view bytes, std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); }

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i > 0; --i) value = value << 8 | byte_at(bytes, i - 1);
  return value;
}

// The weights of a Huffman code, at the front of `bytes`, or 0 if they are not all there.
std::size_t huffman_bytes(std::string_view bytes) {
  if (bytes.empty()) return 0;
  const std::size_t said = byte_at(bytes, 0);
  const std::size_t size = 1 + (said < 128 ? said : (said - 127 + 1) / 2);
  return size <= bytes.size() ? size : 0;
}

}  // namespace

std::size_t zstd_frame_header_bytes(std::string_view front) {
  if (front.size() < kDescribedBytes || !front.starts_with(kFrameMagic)) return 0;
  const std::uint8_t said = byte_at(front, 4);
  const bool single_segment = (said & 0x20) != 0;
  constexpr std::size_t kIdBytes[] = {0, 1, 2, 4}, kSizeBytes[] = {0, 2, 4, 8};
  const std::size_t size_bytes = said >> 6 == 0 && single_segment ? 1 : kSizeBytes[said >> 6];
  return kDescribedBytes + (single_segment ? 0 : 1) + kIdBytes[said & 3] + size_bytes;
}

std::optional<ZstdFrameHeader> read_zstd_frame_header(std::string_view header) {
  const std::uint8_t said = byte_at(header, 4);
  if ((said & 0x0b) != 0) return std::nullopt;  // reserved, or of a dictionary
  ZstdFrameHeader frame;
  frame.checksum = (said & 4) != 0;
  const auto window_of = [](unsigned descriptor) { return (std::uint64_t{8} + (descriptor & 7)) << ((descriptor >> 3) + 7); };
  if ((said & 0x20) == 0) {
    frame.window_descriptor = byte_at(header, 5);
    frame.window_bytes = window_of(frame.window_descriptor);
    return frame;
  }
  frame.window_bytes = little_endian(header.substr(kDescribedBytes)) + (said >> 6 == 1 ? 256 : 0);
  unsigned descriptor = 0;
  while (descriptor < 255 && window_of(descriptor) < frame.window_bytes) ++descriptor;
  frame.window_descriptor = static_cast<std::uint8_t>(descriptor);
  return frame;
}

ZstdBlockHeader read_zstd_block_header(std::string_view header) {
  const std::uint64_t value = little_endian(header.substr(0, kZstdBlockHeaderBytes));
  const auto type = static_cast<ZstdBlockType>(value >> 1 & 3);
  return {.type = type, .last = (value & 1) != 0, .bytes = type == ZstdBlockType::rle ? 1 : static_cast<std::uint32_t>(value >> 3)};
}

ZstdCode::ZstdCode(Kind kind) : kind_(kind) { set_default(); }

void ZstdCode::set_default() { describe(limits(kind_).default_description); }

// How often each symbol stands in the table: a number takes as many bits as the largest that may follow needs, the smaller ones one less.
std::size_t ZstdCode::describe(std::string_view bytes) {
  std::size_t at = 0;
  bool overrun = false;
  const auto peek = [&](unsigned count) {
    std::uint64_t word = 0;
    for (std::size_t i = std::min(bytes.size(), at / 8 + 4); i > at / 8; --i) word = word << 8 | byte_at(bytes, i - 1);
    return static_cast<unsigned>(word >> at % 8) & ((1u << count) - 1);
  };
  const auto pass = [&](unsigned count) {
    at += count;
    overrun = overrun || at > 8 * bytes.size();
  };
  const unsigned log = peek(4) + 5;
  pass(4);
  if (log > limits(kind_).log_max) return 0;
  std::array<std::int16_t, kSymbolsMax> counts{};
  unsigned left = 1u << log, symbol = 0;
  while (left > 0) {
    if (symbol > limits(kind_).symbol_max || overrun) return 0;
    const unsigned bits = static_cast<unsigned>(std::bit_width(left + 1)), half = 1u << (bits - 1);
    const unsigned short_ones = 2 * half - 1 - (left + 1);
    const unsigned word = peek(bits);
    const bool is_short = (word & (half - 1)) < short_ones;
    pass(is_short ? bits - 1 : bits);
    const unsigned value = is_short ? word & (half - 1) : word < half ? word : word - short_ones;
    const int count = static_cast<int>(value) - 1;
    left -= static_cast<unsigned>(count < 0 ? 1 : count);
    counts[symbol++] = static_cast<std::int16_t>(count);
    for (unsigned more = count == 0 ? 3 : 0; more == 3; symbol += more) {
      more = peek(2);
      pass(2);
      if (overrun) return 0;
    }
  }
  if (overrun) return 0;
  const std::size_t size = (at + 7) / 8;
  log_ = log;
  description_ = bytes.substr(0, size);
  counts_ = counts;
  built_ = false;
  return size;
}

void ZstdCode::build() {
  if (std::exchange(built_, true)) return;
  const unsigned size = 1u << log_, step = (size >> 1) + (size >> 3) + 3;
  std::array<std::uint16_t, kSymbolsMax> next{};
  unsigned high = size;
  for (std::size_t symbol = 0; symbol < counts_.size(); ++symbol) {
    next[symbol] = static_cast<std::uint16_t>(std::max<std::int16_t>(counts_[symbol], 1));
    if (counts_[symbol] < 0) states_[--high].symbol = static_cast<std::uint8_t>(symbol);
  }
  unsigned at = 0;
  for (std::size_t symbol = 0; symbol < counts_.size(); ++symbol)
    for (int i = 0; i < counts_[symbol]; ++i) {
      states_[at].symbol = static_cast<std::uint8_t>(symbol);
      do at = (at + step) & (size - 1);
      while (at >= high);
    }
  for (unsigned i = 0; i < size; ++i) {
    const unsigned number = next[states_[i].symbol]++;
    states_[i].bits = static_cast<std::uint8_t>(log_ + 1 - static_cast<unsigned>(std::bit_width(number)));
    states_[i].base = static_cast<std::uint16_t>((number << states_[i].bits) - size);
  }
}

bool ZstdCode::set_rle(std::uint8_t symbol) {
  if (symbol > limits(kind_).symbol_max) return false;
  description_.clear();
  log_ = 0;
  states_[0] = {.symbol = symbol, .bits = 0, .base = 0};
  built_ = true;
  return true;
}

void ZstdBlockWalk::begin() {
  huffman_.clear();
  for (ZstdCode* code : {&literal_lengths_, &offset_codes_, &match_lengths_}) code->set_default();
  offsets_ = {1, 4, 8};
}

bool ZstdBlockWalk::enter(std::string_view block) {
  repeats_ = {};
  sequences_ = 0;
  return pass_literals(block) && read_modes(block);
}

bool ZstdBlockWalk::pass_literals(std::string_view& block) {
  if (block.empty()) return false;
  enum { kRaw, kRle, kCompressed };
  const unsigned type = byte_at(block, 0) & 3, form = byte_at(block, 0) >> 2 & 3;
  if (type == kRaw || type == kRle) {
    const std::size_t head = form == 1 ? 2 : form == 3 ? 3 : 1;
    if (block.size() < head) return false;
    const std::uint64_t size = little_endian(block.substr(0, head)) >> (head == 1 ? 3 : 4);
    block.remove_prefix(head);
    const std::uint64_t stored = type == kRle ? 1 : size;
    if (stored > block.size()) return false;
    block.remove_prefix(stored);
    return true;
  }
  const std::size_t head = form < 2 ? 3 : form + 2;
  const unsigned size_bits = form < 2 ? 10 : form == 2 ? 14 : 18;
  if (block.size() < head) return false;
  const std::uint64_t stored = little_endian(block.substr(0, head)) >> (4 + size_bits) & ((1u << size_bits) - 1);
  block.remove_prefix(head);
  if (stored > block.size()) return false;
  if (type == kCompressed) {
    huffman_ = block.substr(0, huffman_bytes(block.substr(0, stored)));
    if (huffman_.empty()) return false;
  }
  block.remove_prefix(stored);
  return true;
}

bool ZstdBlockWalk::read_modes(std::string_view& block) {
  if (block.empty()) return false;
  const std::size_t head = byte_at(block, 0) < 128 ? 1 : byte_at(block, 0) < 255 ? 2 : 3;
  if (block.size() < head) return false;
  sequences_ = byte_at(block, 0);
  if (head == 2) sequences_ = (sequences_ - 128) << 8 | byte_at(block, 1);
  if (head == 3) sequences_ = static_cast<std::uint32_t>(little_endian(block.substr(1, 2))) + 0x7f00;
  block.remove_prefix(head);
  if (sequences_ == 0) return head == 1 && block.empty();
  if (block.empty()) return false;
  const unsigned modes = byte_at(block, 0);
  block.remove_prefix(1);
  if ((modes & 3) != 0 || !enter_code(modes >> 6, literal_lengths_, repeats_.literal_lengths, block) ||
      !enter_code(modes >> 4 & 3, offset_codes_, repeats_.offsets, block) ||
      !enter_code(modes >> 2 & 3, match_lengths_, repeats_.match_lengths, block))
    return false;
  bits_ = block;
  return true;
}

bool ZstdBlockWalk::enter_code(unsigned mode, ZstdCode& code, bool& repeated, std::string_view& block) {
  enum { kDefault, kRle, kDescribed };
  repeated = mode == kRepeatMode;
  if (mode == kDefault) code.set_default();
  std::size_t size = 0;
  if (mode == kRle) size = !block.empty() && code.set_rle(byte_at(block, 0)) ? 1 : 0;
  if (mode == kDescribed) size = code.describe(block);
  block.remove_prefix(size);
  return size > 0 || (mode != kRle && mode != kDescribed);
}

std::string ZstdBlockWalk::dictionary_head(Repeats& undescribed) const {
  std::string head(kDictionaryMagic);
  head += huffman_.empty() ? kAnyHuffman : huffman_;
  const auto append = [&](const ZstdCode& code, ZstdCode::Kind kind) {
    const bool described = !code.description().empty();
    head += described ? code.description() : limits(kind).default_description;
    return !described;
  };
  undescribed.offsets = append(offset_codes_, ZstdCode::Kind::offsets);
  undescribed.match_lengths = append(match_lengths_, ZstdCode::Kind::match_lengths);
  undescribed.literal_lengths = append(literal_lengths_, ZstdCode::Kind::literal_lengths);
  for (const std::uint64_t offset : offsets_) base::append_le(head, static_cast<std::uint32_t>(offset));
  return head;
}

std::size_t ZstdBlockWalk::begin_with(std::string_view dictionary) {
  constexpr std::size_t kOffsetBytes = 4;
  const std::size_t size = dictionary.size();
  if (!dictionary.starts_with(kDictionaryMagic)) return 0;
  dictionary.remove_prefix(kDictionaryMagic.size());
  const std::size_t huffman = huffman_bytes(dictionary);
  if (huffman == 0) return 0;
  huffman_ = dictionary.substr(0, huffman);
  dictionary.remove_prefix(huffman);
  for (ZstdCode* code : {&offset_codes_, &match_lengths_, &literal_lengths_}) {
    const std::size_t described = code->describe(dictionary);
    if (described == 0) return 0;
    dictionary.remove_prefix(described);
  }
  if (dictionary.size() < offsets_.size() * kOffsetBytes) return 0;
  for (std::uint64_t& offset : offsets_) {
    offset = base::load_le<std::uint32_t>(dictionary.data());
    dictionary.remove_prefix(kOffsetBytes);
  }
  return size - dictionary.size();
}

}  // namespace logmill::codec
