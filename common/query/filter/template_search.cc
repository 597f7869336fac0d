#include "query/filter/template_search.h"

#include <algorithm>
#include <bit>

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
// Neither a mark nor an escape, nor escaped.
bool stands_for_itself(char c) { return static_cast<unsigned char>(c) > static_cast<unsigned char>(SlotKind::text); }
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
  leave_out_inner_pieces(static_cast<char>(SlotKind::hex8), 8);
  leave_out_inner_pieces(static_cast<char>(SlotKind::hex16), 16);
  for (std::size_t kind = 1; kind < in_slot_.size(); ++kind) {
    const int longest = std::countr_one(in_slot_[kind]);
    behind_[kind] = (std::uint64_t{2} << longest) - 2;
  }
  // Bytes that are marks are escaped in keys.
  has_first_ =
      size_ >= 2 && std::ranges::none_of(needle.substr(0, 2), [](char c) { return c >= 0 && c <= static_cast<char>(SlotKind::text); });
  for (std::size_t i = 0; has_first_ && i < first_.size(); ++i) {
    first_[i] = static_cast<std::uint8_t>(needle[i]) | kToSmall;
    const auto holds = [i](std::uint64_t bytes) { return (bytes >> i & 1) != 0; };
    first_kind_[i] = static_cast<std::uint8_t>(std::ranges::find_if(in_slot_, holds) - in_slot_.begin());
    kinds_[i] = static_cast<std::uint8_t>(in_slot_.size() - first_kind_[i]);
  }
}

// A variable that is always so long holds none of what stands within the needle and is shorter, for it would have to hold more of it.
void TemplateSearch::leave_out_inner_pieces(char kind, std::size_t length) {
  std::uint64_t& held = in_slot_[static_cast<std::size_t>(kind)];
  for (std::size_t begin = 0, end = 0; begin < size_; begin = end + 1) {
    for (end = begin; end < size_ && (held >> end & 1) != 0;) ++end;
    if (begin > 0 && end < size_ && end - begin < length) held &= ~(((std::uint64_t{1} << (end - begin)) - 1) << begin);
  }
}

// The first place, at `at` or behind it, where the needle may start in a key: its first byte stands there and then the second, or a
// variable that may hold this, or there is a variable that may hold the first one. Sixteen places are looked at together.
const char* TemplateSearch::find_start(const char* at, const char* end, SlotKinds may_hold_all) const {
  using base::Bytes16;
  constexpr std::ptrdiff_t kLane = sizeof(Bytes16);
  const auto starts = [this](const char* from) {
    const Bytes16 first = base::load_lane(from), second = base::load_lane(from + 1);
    const auto in_text = ((first | kToSmall) == first_[0]) & (((second | kToSmall) == first_[1]) | ((second - first_kind_[1]) < kinds_[1]));
    return base::bits_of(reinterpret_cast<Bytes16>(in_text | ((first - first_kind_[0]) < kinds_[0])));
  };
  for (; end - at > kLane; at += kLane)
    for (std::uint64_t bits = starts(at); bits != 0; bits &= bits - 1)
      if (const char* const start = at + std::countr_zero(bits); may_start(start, end, may_hold_all)) return start;
  char rest[2 * kLane] = {};
  std::copy(at, end, rest);
  for (std::uint64_t bits = starts(rest); bits != 0; bits &= bits - 1)
    if (const char* const start = at + std::countr_zero(bits); start < end && may_start(start, end, may_hold_all)) return start;
  return end;
}

// Looks at what stands behind a variable: the needle goes on there, unless it is within.
bool TemplateSearch::may_start(const char* at, const char* end, SlotKinds may_hold_all) const {
  if (!is_slot(*at)) return true;
  const auto kind = static_cast<std::size_t>(*at);
  const bool holds_all = in_slot_[kind] == (std::uint64_t{1} << size_) - 1;
  if (holds_all && (!complete_ || (may_hold_all >> kind & 1) != 0)) return true;
  if (++at == end) return false;
  return !stands_for_itself(*at) || (at_[static_cast<unsigned char>(*at)] & behind_[kind]) != 0;
}

void TemplateSearch::search_all(const TemplateKeys& in, Closed closed, Verdict* verdicts) const {
  if (!has_first_) {
    for (const std::string_view key : in.keys) *verdicts++ = search(key, closed);
    return;
  }
  std::fill_n(verdicts, in.keys.size(), Verdict::never);
  if (in.keys.empty()) return;
  const char* const end = in.keys.back().data() + in.keys.back().size();
  const std::string_view* key = in.keys.data();
  for (const char* at = key->data(); (at = find_start(at, end, in.may_hold_all)) < end; at = key->data() + key->size()) {
    while (at >= key->data() + key->size()) ++key;
    verdicts[key - in.keys.data()] = search(*key, closed, static_cast<std::size_t>(std::max<std::ptrdiff_t>(at - key->data(), 0)));
  }
}

// The needle stands nowhere before `start`.
Verdict TemplateSearch::search(std::string_view key, Closed closed, std::size_t start) const {
  if (size_ == 0) return Verdict::always;
  const std::uint64_t whole = std::uint64_t{1} << (size_ - 1);
  std::uint64_t in_literal = 0, in_slot = 0;
  std::uint64_t joining = 0;  // of the latest bytes: whether they are token bytes; a variable is one such byte
  bool depends = false;
  // Behind what may be a mark or an escaped byte it takes the bytes before that to know.
  std::size_t i = start > 0 && stands_for_itself(key[start - 1]) ? start : 0;
  if (i > 0) joining = is_token_byte(key[i - 1]);
  for (; i < key.size(); ++i) {
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
    if ((closed.start && joined_before) || (complete_ && closed.end && joined_behind)) continue;
    if (complete_) return Verdict::always;
    depends = true;
  }
  return depends ? Verdict::depends : Verdict::never;
}

}  // namespace logmill::query
