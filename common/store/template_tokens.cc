#include "store/template_tokens.h"

#include <array>
#include <cstring>

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

constexpr std::array<std::uint64_t, kDigitsMax + 2> powers_of_ten() {
  std::array<std::uint64_t, kDigitsMax + 2> powers{};
  std::uint64_t power = 1;
  for (auto& p : powers) {
    p = power;
    power *= 10;
  }
  return powers;
}
constexpr auto kPowers = powers_of_ten();

// How many numbers fewer than `digits` digits can write: 0, 10, 110 …; the numbers of `digits` digits start here.
constexpr std::array<std::uint64_t, kDigitsMax + 2> first_numbers() {
  std::array<std::uint64_t, kDigitsMax + 2> firsts{};
  for (std::size_t digits = 2; digits < firsts.size(); ++digits)
    firsts[digits] = firsts[digits - 1] + kPowers[digits - 1];
  return firsts;
}
constexpr auto kFirstNumbers = first_numbers();

std::uint64_t number_from_hex(std::string_view digits) {
  std::uint64_t number = 0;
  for (const char c : digits)
    number = number << 4 | static_cast<std::uint64_t>(c <= '9' ? c - '0' : c - 'a' + 10);
  return number;
}

Variable variable_from(std::string_view run, std::uint8_t seen) {
  if (seen == kDigit && run.size() <= kDigitsMax) return {SlotKind::digits, number_from_digits(run), run};
  if (seen == (kDigit | kHexLetter) && run.size() == 8) return {SlotKind::hex8, number_from_hex(run), run};
  if (seen == (kDigit | kHexLetter) && run.size() == 16) return {SlotKind::hex16, number_from_hex(run), run};
  return {SlotKind::text, 0, run};
}

bool is_word(std::uint8_t byte_class) { return byte_class & (kDigit | kHexLetter | kOtherLetter); }

std::size_t digits_in(std::uint64_t number) {
  std::size_t digits = 1;
  while (digits <= kDigitsMax && number >= kFirstNumbers[digits + 1]) ++digits;
  return digits <= kDigitsMax ? digits : 0;
}

}  // namespace

void tokenize(std::string_view message, std::string& key, std::vector<Variable>& variables) {
  key.clear();
  variables.clear();
  const auto class_at = [&](std::size_t i) { return kClasses[static_cast<unsigned char>(message[i])]; };
  std::size_t literal = 0;  // where the text not yet in the key starts
  for (std::size_t i = 0; i < message.size();) {
    if (class_at(i) == kMark) {
      key.append(message, literal, i - literal);
      key.push_back(static_cast<char>(SlotKind::escape));
      literal = i++;
      continue;
    }
    if (!is_word(class_at(i))) {
      ++i;
      continue;
    }
    const std::size_t start = i;
    std::uint8_t seen = 0;
    for (; i < message.size() && is_word(class_at(i)); ++i) seen |= class_at(i);
    if (!(seen & kDigit)) continue;
    variables.push_back(variable_from(message.substr(start, i - start), seen));
    key.append(message, literal, start - literal);
    key.push_back(static_cast<char>(variables.back().kind));
    literal = i;
  }
  key.append(message, literal, message.size() - literal);
}

std::uint64_t number_from_digits(std::string_view digits) {
  std::uint64_t number = 0;
  for (const char c : digits) number = number * 10 + static_cast<std::uint64_t>(c - '0');
  return number + kFirstNumbers[digits.size()];
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
  if (kind == SlotKind::digits) number -= kFirstNumbers[length];
  const unsigned base = kind == SlotKind::digits ? 10 : 16;
  for (std::size_t i = length; i-- > 0; number /= base) to[i] = "0123456789abcdef"[number % base];
  return to + length;
}

std::optional<std::vector<TemplatePiece>> parse_template(std::string_view key) {
  std::vector<TemplatePiece> pieces;
  const auto literal = [&pieces](char c) {
    if (pieces.empty() || pieces.back().slot) pieces.push_back({false, SlotKind::escape, {}});
    pieces.back().literal.push_back(c);
  };
  std::size_t slots = 0;
  for (std::size_t i = 0; i < key.size(); ++i) {
    if (kClasses[static_cast<unsigned char>(key[i])] != kMark) {
      literal(key[i]);
    } else if (static_cast<SlotKind>(key[i]) != SlotKind::escape) {
      if (++slots > kTemplateSlotsMax) return std::nullopt;
      pieces.push_back({true, static_cast<SlotKind>(key[i]), {}});
    } else if (++i < key.size()) {
      literal(key[i]);
    } else {
      return std::nullopt;
    }
  }
  return pieces;
}

}  // namespace logmill::store
