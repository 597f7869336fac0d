#include "store/template_tokens.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "base/byte_lanes.h"

namespace logmill::store {
namespace {

constexpr std::size_t kDigitsMax = 18;

enum : std::uint8_t { kLiteral = 0, kDigit = 1, kHexLetter = 2, kOtherLetter = 4, kMark = 8 };

constexpr std::array<std::uint8_t, 256> classes() {
  std::array<std::uint8_t, 256> of{};
  for (unsigned c = '0'; c <= '9'; ++c) of[c] = kDigit;
  for (unsigned c = 'A'; c <= 'Z'; ++c) of[c] = kOtherLetter;
  for (unsigned c = 'a'; c <= 'z'; ++c) of[c] = c <= 'f' ? kHexLetter : kOtherLetter;
  for (unsigned c = 0; c <= 4; ++c) of[c] = kMark;
  return of;
}
constexpr std::array<std::uint8_t, 256> kClasses = classes();

constexpr std::array<std::uint64_t, kDigitsMax + 2> integer_powers_of_ten() {
  std::array<std::uint64_t, kDigitsMax + 2> powers{};
  std::uint64_t power = 1;
  for (auto& p : powers) {
    p = power;
    power *= 10;
  }
  return powers;
}
constexpr auto kIntegerPowers = integer_powers_of_ten();

// How many numbers fewer than `digits` digits can write: 0, 10, 110 …; the numbers of `digits`
// digits start here.
constexpr std::array<std::uint64_t, kDigitsMax + 2> first_numbers() {
  std::array<std::uint64_t, kDigitsMax + 2> firsts{};
  for (std::size_t digits = 2; digits < firsts.size(); ++digits) firsts[digits] = firsts[digits - 1] + kIntegerPowers[digits - 1];
  return firsts;
}
constexpr auto kFirstNumbers = first_numbers();

// False if one is not a lower-case hexadecimal digit.
bool number_from_hex(std::string_view digits, std::uint64_t& number) {
  std::uint8_t seen = 0;
  number = 0;
  for (const char c : digits) {
    const std::uint8_t byte_class = kClasses[static_cast<unsigned char>(c)];
    seen |= byte_class;
    number = number << 4 | ((static_cast<unsigned char>(c) + (byte_class == kHexLetter ? 9u : 0u)) & 15u);
  }
  return (seen & ~(kDigit | kHexLetter)) == 0;
}

// Of a run that holds a digit.
Variable variable_from(std::string_view run) {
  if (run.size() <= kDigitsMax) {
    std::uint64_t number = 0;
    std::uint8_t seen = 0;
    for (const char c : run) {
      const auto digit = static_cast<std::uint8_t>(c - '0');
      seen |= static_cast<std::uint8_t>(digit > 9);
      number = number * 10 + digit;
    }
    if (!seen) return {SlotKind::digits, number + kFirstNumbers[run.size()], run};
  }
  std::uint64_t number = 0;
  if (run.size() == 8 && number_from_hex(run, number)) return {SlotKind::hex8, number, run};
  if (run.size() == 16 && number_from_hex(run, number)) return {SlotKind::hex16, number, run};
  return {SlotKind::text, 0, run};
}

bool is_word(std::uint8_t byte_class) { return byte_class & (kDigit | kHexLetter | kOtherLetter); }

std::size_t digits_in(std::uint64_t number) {
  std::size_t digits = 1;
  while (digits <= kDigitsMax && number >= kFirstNumbers[digits + 1]) ++digits;
  return digits <= kDigitsMax ? digits : 0;
}

constexpr std::size_t kUuidBytes = 36;

// Whether `text` starts with 8-4-4-4-12 hexadecimal digits of one letter case, its first run being
// of `run` bytes. Taken apart, the runs of digits alone and those with letters would make 16
// templates of one.
bool starts_uuid(std::string_view text, std::size_t run) {
  if (run != 8 || text.size() < kUuidBytes || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-') return false;
  std::uint8_t seen = 0;
  for (std::size_t i = 0; i < kUuidBytes; ++i) {
    if (i == 8 || i == 13 || i == 18 || i == 23) continue;
    seen |= kClasses[static_cast<unsigned char>(text[i])];
  }
  return (seen & ~(kDigit | kHexLetter)) == 0 &&
         (text.size() == kUuidBytes || !is_word(kClasses[static_cast<unsigned char>(text[kUuidBytes])]));
}

// Literals of at most so many bytes are copied whole.
constexpr std::size_t kCopyBytes = 32;
constexpr std::size_t kWindowBytes = 64;

// Bit i says something about byte i.
struct Window {
  std::uint64_t words = 0;  // letters and digits
  std::uint64_t digits = 0;
  std::uint64_t marks = 0;  // bytes 0 to 4
};

using base::bits_of;
using base::Bytes16;

void classify_lane(const char* bytes, Window& window, std::size_t at, std::size_t known) {
  const Bytes16 text = base::load_lane(bytes);
  const auto digits = reinterpret_cast<Bytes16>(text - '0' <= 9);
  const auto letters = reinterpret_cast<Bytes16>((text | 0x20) - 'a' <= 25);
  window.digits |= bits_of(digits) >> known << at;
  window.words |= bits_of(digits | letters) >> known << at;
  window.marks |= bits_of(reinterpret_cast<Bytes16>(text <= 4)) >> known << at;
}

// Of the first `size` bytes, at most kWindowBytes.
Window classify(const char* bytes, std::size_t size) {
  constexpr std::size_t kLane = sizeof(Bytes16);
  Window window;
  std::size_t at = 0;
  for (; at + kLane <= size; at += kLane) classify_lane(bytes + at, window, at, 0);
  if (at == size) return window;
  if (size >= kLane) {
    classify_lane(bytes + size - kLane, window, at,
                  at + kLane - size);  // again what was seen, and the rest
    return window;
  }
  char lane[kLane];
  std::memset(lane, ' ', sizeof lane);
  std::memcpy(lane, bytes, size);
  classify_lane(lane, window, 0, 0);
  return window;
}

}  // namespace

void Tokenizer::cut(std::string_view message) {
  // A mark takes two bytes, a variable at least one of the message's for its one.
  if (key_.size() < 2 * message.size() + kCopyBytes) key_.resize(2 * message.size() + kCopyBytes);
  // Between two variables there is a byte at least.
  if (variables_.size() < message.size() / 2 + 1) variables_.resize(message.size() / 2 + 1);
  key_size_ = literal_ = variable_count_ = 0;
  cut_windows(message);
  add_literal(message, message.size());
}

// Looks at up to 64 bytes at once and goes from digit to digit: text without digits costs next to
// nothing.
void Tokenizer::cut_windows(std::string_view message) {
  for (std::size_t base = 0; base < message.size();) {
    const std::string_view rest = message.substr(base);
    const std::size_t size = std::min(rest.size(), kWindowBytes);
    Window window = classify(rest.data(), size);
    if (window.marks) return cut_bytewise(message);
    std::size_t next = base + size;
    if (rest.size() > kWindowBytes && window.words >> 63) {
      // A run that may go on behind the window: the next window starts with it.
      const auto run = static_cast<std::size_t>(std::countl_one(window.words));
      if (run == kWindowBytes) return cut_bytewise(message);
      next -= run;
      window.digits &= ~std::uint64_t{0} >> run;
    }
    while (window.digits) {
      const int digit = std::countr_zero(window.digits);
      const std::uint64_t no_words_before = ~window.words & ((std::uint64_t{1} << digit) - 1);
      const auto start = static_cast<std::size_t>(64 - std::countl_zero(no_words_before));
      const std::uint64_t no_words_behind = ~window.words >> digit;
      const auto end = static_cast<std::size_t>(no_words_behind ? digit + std::countr_zero(no_words_behind) : 64);
      const std::size_t taken = add_variable(message, base + start, base + end) - base;
      next = std::max(next, base + taken);  // a UUID may go on behind the window
      window.digits = taken >= kWindowBytes ? 0 : window.digits & ~std::uint64_t{0} << taken;
    }
    base = next;
  }
}

// Any message, byte by byte: those that hold bytes 0 to 4, or runs that are longer than a window.
void Tokenizer::cut_bytewise(std::string_view message) {
  key_size_ = literal_ = variable_count_ = 0;
  const auto class_at = [&](std::size_t i) { return kClasses[static_cast<unsigned char>(message[i])]; };
  for (std::size_t i = 0; i < message.size();) {
    if (class_at(i) == kMark) {
      add_literal(message, i);
      key_[key_size_++] = static_cast<char>(SlotKind::escape);
      ++i;
      continue;
    }
    if (!is_word(class_at(i))) {
      ++i;
      continue;
    }
    const std::size_t start = i;
    std::uint8_t seen = 0;
    for (; i < message.size() && is_word(class_at(i)); ++i) seen |= class_at(i);
    if (seen & kDigit) i = add_variable(message, start, i);
  }
}

std::size_t Tokenizer::add_variable(std::string_view message, std::size_t start, std::size_t end) {
  Variable& variable = variables_[variable_count_++];
  if (starts_uuid(message.substr(start), end - start)) {
    end = start + kUuidBytes;
    variable = {SlotKind::text, 0, message.substr(start, kUuidBytes)};
  } else {
    variable = variable_from(message.substr(start, end - start));
  }
  add_literal(message, start);
  key_[key_size_++] = static_cast<char>(variable.kind);
  return literal_ = end;
}

// The text up to `end`, which is then the start of the next literal.
void Tokenizer::add_literal(std::string_view message, std::size_t end) {
  const std::size_t size = end - literal_;
  const char* const from = message.data() + literal_;
  char* const to = key_.data() + key_size_;
  if (size <= kCopyBytes && message.size() - literal_ >= kCopyBytes) {
    std::memcpy(to, from, kCopyBytes);  // of constant size: no call
  } else if (size <= kCopyBytes && size >= kCopyBytes / 2) {
    std::memcpy(to, from, kCopyBytes / 2);
    std::memcpy(to + size - kCopyBytes / 2, from + size - kCopyBytes / 2, kCopyBytes / 2);
  } else if (size > 0) {
    std::memcpy(to, from, size);
  }
  key_size_ += size;
  literal_ = end;
}

std::size_t slot_length(SlotKind kind, std::uint64_t number) {
  switch (kind) {
    case SlotKind::digits: return digits_in(number);
    case SlotKind::hex8: return number >> 32 == 0 ? 8 : 0;
    case SlotKind::hex16: return 16;
    default: return 0;
  }
}

char* render_slot(SlotKind kind, std::uint64_t number, char* to) {
  const std::size_t length = slot_length(kind, number);
  if (kind == SlotKind::digits) {
    number -= kFirstNumbers[length];
    for (std::size_t i = length; i-- > 0; number /= 10) to[i] = static_cast<char>('0' + number % 10);
  } else {
    for (std::size_t i = length; i-- > 0; number /= 16) to[i] = "0123456789abcdef"[number % 16];
  }
  return to + length;
}

bool parse_template(std::string_view key, std::vector<TemplatePiece>& pieces) {
  std::size_t slots = 0, literal = 0;  // where the literal text that is no piece yet starts
  const auto end_literal = [&](std::size_t end) {
    if (literal < end) pieces.push_back({false, SlotKind::escape, key.substr(literal, end - literal)});
  };
  for (std::size_t i = 0; i < key.size(); ++i) {
    if (kClasses[static_cast<unsigned char>(key[i])] != kMark) continue;
    end_literal(i);
    literal = i + 1;
    if (static_cast<SlotKind>(key[i]) != SlotKind::escape) {
      if (++slots > kTemplateSlotsMax) return false;
      pieces.push_back({true, static_cast<SlotKind>(key[i]), {}});
    } else if (++i == key.size()) {
      return false;
    }
  }
  end_literal(key.size());
  return true;
}

bool read_slot_kinds(std::string_view key, std::vector<SlotKind>& kinds, std::size_t& literal_bytes) {
  const std::size_t before = kinds.size();
  std::size_t escapes = 0, next = 0;  // what stands before `next` is done with
  for (std::size_t window = 0; window < key.size(); window += kWindowBytes) {
    std::uint64_t marks = classify(key.data() + window, std::min(key.size() - window, kWindowBytes)).marks;
    for (; marks != 0; marks &= marks - 1) {
      const std::size_t at = window + static_cast<std::size_t>(std::countr_zero(marks));
      if (at < next) continue;
      next = at + 1;
      if (static_cast<SlotKind>(key[at]) != SlotKind::escape) {
        if (kinds.size() - before == kTemplateSlotsMax) return false;
        kinds.push_back(static_cast<SlotKind>(key[at]));
      } else {
        if (next++ == key.size()) return false;
        ++escapes;
      }
    }
  }
  literal_bytes += key.size() - escapes - (kinds.size() - before);
  return true;
}

}  // namespace logmill::store
