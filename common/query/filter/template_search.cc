#include "query/filter/template_search.h"

#include <algorithm>

#include "base/byte_lanes.h"
#include "store/template_tokens.h"
#include "text/digits.h"
#include "text/tokens.h"

namespace logmill::query {
namespace {

using store::SlotKind;
using text::is_digit;
using text::is_token_byte;

// A bit each, and one for what stands in front.
constexpr std::size_t kNeedleMax = 62;

constexpr std::uint8_t kToSmall = 0x20;
bool is_slot(char c) { return c > static_cast<char>(SlotKind::escape) && c <= static_cast<char>(SlotKind::text); }

}  // namespace

bool slot_may_hold(char kind, char byte) {
  switch (static_cast<SlotKind>(kind)) {
    case SlotKind::digits: return is_digit(byte);
    case SlotKind::hex8:
    case SlotKind::hex16: return is_digit(byte) || (byte >= 'a' && byte <= 'f');
    case SlotKind::text: return is_digit(byte) || text::is_ascii_letter(byte) || byte == '-';  // a UUID has dashes
    case SlotKind::escape: break;
  }
  return false;
}

TemplateSearch::TemplateSearch(std::string_view needle, bool fold)
    : size_(std::min(needle.size(), kNeedleMax)),
      complete_(size_ == needle.size()),
      closed_start_(!needle.empty() && is_token_byte(needle.front())),
      closed_end_(!needle.empty() && is_token_byte(needle.back())) {
  for (std::size_t i = 0; i < size_; ++i) {
    const std::uint64_t bit = std::uint64_t{1} << i;
    for (const char c : {needle[i], fold ? text::upper_ascii(needle[i]) : needle[i]}) {
      at_[static_cast<unsigned char>(c)] |= bit;
      for (char kind = 1; kind < static_cast<char>(in_slot_.size()); ++kind)
        if (slot_may_hold(kind, c)) in_slot_[static_cast<std::size_t>(kind)] |= bit;
    }
  }
  // Bytes that are marks are escaped in keys.
  has_first_ =
      size_ >= 2 && std::ranges::none_of(needle.substr(0, 2), [](char c) { return c >= 0 && c <= static_cast<char>(SlotKind::text); });
  for (std::size_t i = 0; has_first_ && i < first_.size(); ++i) first_[i] = static_cast<std::uint8_t>(needle[i]) | kToSmall;
}

// Whether it is sure that no text of the template has the needle: most are like that, and a look at sixteen bytes at once tells. Where its
// first two bytes do not stand, it does not either, unless a variable takes part.
bool TemplateSearch::is_out(std::string_view key) const {
  using base::Bytes16;
  constexpr std::size_t kLane = sizeof(Bytes16);
  if (!has_first_ || key.size() <= kLane) return false;
  const std::size_t last = key.size() - kLane - 1;
  for (std::size_t at = 0;; at = std::min(at + kLane, last)) {
    const Bytes16 lane = base::load_lane(key.data() + at);
    auto matters = ((lane | kToSmall) == first_[0]) & ((base::load_lane(key.data() + at + 1) | kToSmall) == first_[1]);
    for (std::uint8_t kind = 1; kind < in_slot_.size(); ++kind)
      if (in_slot_[kind] != 0) matters |= lane == kind;
    if (base::bits_of(reinterpret_cast<Bytes16>(matters)) != 0) return false;
    if (at == last) return !is_slot(key.back());
  }
}

Verdict TemplateSearch::search(std::string_view key, bool closed_start, bool closed_end) const {
  if (size_ == 0) return Verdict::always;
  if (is_out(key)) return Verdict::never;
  const std::uint64_t whole = std::uint64_t{1} << (size_ - 1);
  std::uint64_t in_literal = 0, in_slot = 0;
  std::uint64_t joining = 0;  // of the latest bytes: whether they are token bytes; a variable is one such byte
  bool depends = false;
  for (std::size_t i = 0; i < key.size(); ++i) {
    char c = key[i];
    if (is_slot(c)) {
      const std::uint64_t may = in_slot_[static_cast<std::size_t>(c)];
      std::uint64_t reached = (((in_literal | in_slot) << 1) | 1) & may;  // one may begin within
      for (std::uint64_t more = reached; more != 0;) {
        more = (more << 1) & may & ~reached;
        reached |= more;
      }
      in_slot = reached;
      in_literal = 0;
      joining = joining << 1 | 1;
      if (in_slot & whole) depends = true;
      continue;
    }
    if (c == static_cast<char>(SlotKind::escape) && i + 1 < key.size()) c = key[++i];
    const std::uint64_t may = at_[static_cast<unsigned char>(c)];
    in_literal = ((in_literal << 1) | 1) & may;
    in_slot = (in_slot << 1) & may;
    joining = joining << 1 | static_cast<std::uint64_t>(is_token_byte(c));
    if (in_slot & whole) depends = true;
    if (!(in_literal & whole)) continue;
    const bool joined_before = joining >> size_ & 1;
    const bool joined_behind = i + 1 < key.size() && (is_slot(key[i + 1]) || is_token_byte(key[i + 1]));
    if ((closed_start && joined_before) || (complete_ && closed_end && joined_behind)) continue;
    if (complete_) return Verdict::always;
    depends = true;
  }
  return depends ? Verdict::depends : Verdict::never;
}

}  // namespace logmill::query
