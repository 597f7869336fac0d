#include "query/filter/template_regex.h"

#include <bitset>

#include "query/filter/template_search.h"
#include "store/template_tokens.h"
#include "text/digits.h"
#include "text/tokens.h"

namespace logmill::query {
namespace {

constexpr unsigned kPlacesMax = 63;

// Bytes. All beyond ASCII go together: a character of several bytes is one or more of them.
using Class = std::bitset<256>;

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

void add_wide(Class& bytes) {
  for (std::size_t byte = 0x80; byte < bytes.size(); ++byte) bytes.set(byte);
}

Class of_range(char first, char last) {
  Class bytes;
  for (int c = first; c <= last; ++c) bytes.set(static_cast<std::size_t>(c));
  return bytes;
}

// \d, \w, \s and what is none of them.
std::optional<Class> of_letter(char letter) {
  Class bytes;
  switch (text::lower_ascii(letter)) {
    case 'd': bytes = of_range('0', '9'); break;
    case 'w': bytes = of_range('0', '9') | of_range('A', 'Z') | of_range('a', 'z') | of_range('_', '_'); break;
    case 's': bytes = of_range('\t', '\n') | of_range('\f', '\r') | of_range(' ', ' '); break;
    default: return std::nullopt;
  }
  return letter < 'a' ? ~bytes : bytes;
}

}  // namespace

class TemplateRegex::Parser {
 public:
  Parser(std::string_view pattern, bool ignore_case) : rest_(pattern), ignore_case_(ignore_case) {}

  std::optional<TemplateRegex> parse() {
    while (!rest_.empty()) {
      if (take_assertion()) continue;
      const std::optional<Class> bytes = take_character();
      if (!bytes || !take_repeat(*bytes)) return std::nullopt;
    }
    built_.begin_ = built_.closed(1);
    return built_;
  }

 private:
  // What stands at a place, and takes nothing.
  bool take_assertion() {
    for (const std::string_view assertion : {"^", "$", "\\b", "\\B", "\\A", "\\z"}) {
      if (!rest_.starts_with(assertion)) continue;
      rest_.remove_prefix(assertion.size());
      return true;
    }
    return false;
  }

  std::optional<Class> take_character() {
    const char c = take();
    if (c == '[') return take_class();
    if (c == '.') return ~Class();
    if (c == '\\') {
      const auto escaped = take_escaped();
      return escaped ? std::optional(folded(*escaped)) : std::nullopt;
    }
    if (!is_ascii(c) || std::string_view("(){}|*+?").find(c) != std::string_view::npos) return std::nullopt;
    return folded(of_range(c, c));
  }

  std::optional<Class> take_escaped() {
    if (rest_.empty()) return std::nullopt;
    const char c = take();
    if (!is_ascii(c)) return std::nullopt;
    if (!text::is_token_byte(c) && c != '_') return of_range(c, c);
    return of_letter(c);
  }

  std::optional<Class> take_class() {
    const bool negated = rest_.starts_with('^');
    if (negated) take();
    Class bytes;
    for (bool first = true; first || !rest_.starts_with(']'); first = false) {
      if (rest_.size() < 2) return std::nullopt;
      const char c = take();
      if (!is_ascii(c) || (c == '[' && rest_.front() == ':')) return std::nullopt;
      if (c == '\\') {
        const auto escaped = take_escaped();
        if (!escaped || (rest_.starts_with('-') && !rest_.starts_with("-]"))) return std::nullopt;
        bytes |= *escaped;
      } else if (rest_.size() > 1 && rest_[0] == '-' && rest_[1] != ']') {
        take();
        const char last = take();
        if (!is_ascii(last) || last == '\\' || last == '[' || last < c) return std::nullopt;
        bytes |= of_range(c, last);
      } else {
        bytes |= of_range(c, c);
      }
    }
    take();
    bytes = folded(bytes);
    if (!negated) return bytes;
    bytes.flip();
    add_wide(bytes);
    return bytes;
  }

  // Letters in either case. The Kelvin sign is a k then, and the long s an s.
  Class folded(Class bytes) const {
    if (!ignore_case_) return bytes;
    for (char c = 'a'; c <= 'z'; ++c) {
      const auto lower = static_cast<std::size_t>(c), upper = static_cast<std::size_t>(text::upper_ascii(c));
      if (!bytes[lower] && !bytes[upper]) continue;
      bytes.set(lower).set(upper);
      if (c == 'k' || c == 's') add_wide(bytes);
    }
    return bytes;
  }

  bool take_repeat(const Class& bytes) {
    std::uint64_t least = 1, most = 1;
    bool endless = false;
    if (rest_.starts_with('*') || rest_.starts_with('+') || rest_.starts_with('?')) {
      const char c = take();
      least = c == '+' ? 1 : 0;
      endless = c != '?';
    } else if (rest_.starts_with('{')) {
      take();
      if (!take_number(least)) return false;
      most = least;
      if (rest_.starts_with(',')) {
        take();
        endless = rest_.starts_with('}');
        if (!endless && !take_number(most)) return false;
      }
      if (!rest_.starts_with('}') || most < least) return false;
      take();
    }
    if (rest_.starts_with('?')) take();  // as few as can be: as good
    if (!rest_.empty() && std::string_view("*+?{").find(rest_.front()) != std::string_view::npos) return false;
    return add(bytes, least, most, endless);
  }

  bool take_number(std::uint64_t& number) {
    number = 0;
    if (rest_.empty() || !text::is_digit(rest_.front())) return false;
    while (!rest_.empty() && text::is_digit(rest_.front()) && number <= kPlacesMax)
      number = number * 10 + static_cast<std::uint64_t>(take() - '0');
    return number <= kPlacesMax;
  }

  bool add(const Class& bytes, std::uint64_t least, std::uint64_t most, bool endless) {
    const bool wide = bytes[0x80];  // its first byte, and any number behind it
    for (std::uint64_t i = 0; i < most || i < least; ++i) {
      const bool optional = i >= least;
      if (!add_place(bytes, optional, endless && optional)) return false;
      if (wide && !add_place(of_wide(), true, true)) return false;
    }
    return !endless || least < most || add_place(bytes, true, true);
  }

  static Class of_wide() {
    Class bytes;
    add_wide(bytes);
    return bytes;
  }

  bool add_place(const Class& bytes, bool optional, bool loop) {
    if (built_.size_ == kPlacesMax) return false;
    const States place = States{1} << built_.size_++;
    if (optional) built_.optional_ |= place;
    if (loop) built_.loops_ |= place;
    for (std::size_t byte = 0; byte < bytes.size(); ++byte) {
      if (!bytes[byte]) continue;
      built_.at_[byte] |= place;
      for (std::size_t kind = 1; kind < built_.in_slot_.size(); ++kind)
        if (slot_may_hold(static_cast<char>(kind), static_cast<char>(byte))) built_.in_slot_[kind] |= place;
    }
    return true;
  }

  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  std::string_view rest_;
  bool ignore_case_;
  TemplateRegex built_;
};

std::optional<TemplateRegex> TemplateRegex::make(std::string_view pattern, bool ignore_case) {
  return Parser(pattern, ignore_case).parse();
}

TemplateRegex::States TemplateRegex::closed(States states) const {
  for (States more = states; more != 0; states |= more) more = (more & optional_) << 1 & ~states;
  return states;
}

bool TemplateRegex::may_match(std::string_view key) const {
  const States whole = States{1} << size_;
  States states = begin_;
  for (std::size_t i = 0; i < key.size() && !(states & whole); ++i) {
    const char c = key[i];
    if (c > static_cast<char>(store::SlotKind::escape) && c <= static_cast<char>(store::SlotKind::text)) {
      const States taking = in_slot_[static_cast<std::size_t>(c)];
      States reached = 0;
      for (States next = after(states, taking) | begin_; next & ~reached; next = after(next, taking) | begin_) reached |= next;
      states = reached;
      continue;
    }
    if (c == static_cast<char>(store::SlotKind::escape) && i + 1 < key.size()) ++i;
    states = after(states, at_[static_cast<unsigned char>(key[i])]) | begin_;
  }
  return states & whole;
}

}  // namespace logmill::query
