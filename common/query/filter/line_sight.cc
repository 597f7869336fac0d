#include "query/filter/line_sight.h"

#include <algorithm>
#include <bit>

#include "query/language/lexer.h"
#include "record/severity.h"
#include "text/digits.h"
#include "text/last_line_end.h"
#include "text/tokens.h"

namespace logmill::query {
namespace {

// What may stand around a short spelling of a level where a parser takes it for one.
const text::ByteSet& around_levels() {
  static const text::ByteSet set = [] {
    text::ByteSet bytes = text::byte_set("!\"#$&'()*,:;<=>?[]|");
    for (unsigned byte = 0; byte <= ' '; ++byte) bytes[byte] = true;
    return bytes;
  }();
  return set;
}

char byte_at(std::string_view lines, std::size_t at) { return at < lines.size() ? lines[at] : '\n'; }

// A letter that is one of a word, and not what an escape ends with: "\\nERROR".
bool is_letter_of_word(std::string_view lines, std::size_t at) {
  return text::is_ascii_letter(lines[at]) && (at == 0 || lines[at - 1] != '\\');
}

// Whether the spelling of a level at `at` is not a part of a longer word or number. Of a number behind a colon only ']' may follow: so does
// a module's name stand before a level, and mostly it is the minutes of a time.
bool stands_alone(std::string_view lines, std::size_t at, std::string_view spelling) {
  if (!equals_ignoring_case(lines.substr(at, spelling.size()), spelling)) return false;
  const char before = at > 0 ? lines[at - 1] : '\n', behind = byte_at(lines, at + spelling.size());
  if ((at > 0 && is_letter_of_word(lines, at - 1)) || text::is_ascii_letter(behind)) return false;
  if (!text::is_digit(spelling[0])) return true;
  return !text::is_digit(before) && !text::is_digit(behind) && (before != ':' || behind == ']');
}

// Whether the digits at `at` are all of a number, or of its whole part.
bool is_whole_number(std::string_view lines, std::size_t at, std::string_view digits) {
  const bool goes_on_before = at > 0 && text::is_digit(lines[at - 1]);
  return !goes_on_before && lines.substr(at).starts_with(digits) && !text::is_digit(byte_at(lines, at + digits.size()));
}

// Of a number, whose last digit before it is at `at`: that is no part of a word, as those of hexadecimal digits are.
bool is_exponent(std::string_view lines, std::size_t at) {
  const auto in_word = [](char c) { return text::is_ascii_letter(c) || text::is_digit(c) || c == '_'; };
  std::size_t begin = at;
  while (begin > 0 && (text::is_digit(lines[begin - 1]) || lines[begin - 1] == '.')) --begin;
  std::size_t end = at + 3;
  while (text::is_digit(byte_at(lines, end))) ++end;
  return (begin == 0 || !in_word(lines[begin - 1])) && !in_word(byte_at(lines, end));
}

// Takes blanks and a word off the front.
std::string_view take_word(std::string_view& text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  const auto end = std::ranges::find_if(text, [](char c) { return c == ' ' || c == '\r' || c == '\n'; });
  const std::string_view word = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(word.size());
  return word;
}

// Of the numbers behind the quote that `text` begins with.
bool may_be_access_number(const NamedValue& named, std::string_view text) {
  text.remove_prefix(1);
  for (std::size_t before = *named.access_number(); before > 0; --before) take_word(text);
  return named.may_be_number(take_word(text));
}

// Whether the name is what the text begins with, and a value follows.
bool is_member(std::string_view text, std::string_view quoted) {
  if (!text.starts_with(quoted)) return false;
  const std::size_t behind = text.find_first_not_of(" \t\r", quoted.size());
  return behind != text.npos && text[behind] == ':';
}

// Of the line in which `at` is.
bool begins_with_brace(std::string_view lines, std::size_t at) {
  return lines[text::last_line_end(lines.substr(0, at)) + 1] == '{';  // npos + 1 is 0
}

// Names are of a few bytes: a call takes longer than to compare them.
bool stands_at(std::string_view name, const char* at) {
  for (const char c : name)
    if (*at++ != c) return false;
  return true;
}

text::ByteTriples::Pattern triple_of(std::string_view text, std::size_t from) {
  text::ByteTriples::Pattern pattern;
  for (std::size_t i = 0; i < pattern.size(); ++i)
    pattern[i] = from + i < text.size() ? text::folded_byte_set(text.substr(from + i, 1)) : text::any_byte();
  return pattern;
}

// Where in the text the one begins that is found least.
std::size_t rarest_triple(std::string_view text) {
  std::size_t best = 0;
  for (std::size_t from = 1; from + std::tuple_size_v<text::ByteTriples::Pattern> <= text.size(); ++from)
    if (text::ByteTriples::commonness(triple_of(text, from)) < text::ByteTriples::commonness(triple_of(text, best))) best = from;
  return best;
}

}  // namespace

void LineSight::add_text(std::string_view text) { add_text(Mark::Kind::text, text); }

void LineSight::add_text_outside_objects(std::string_view text) { add_text(Mark::Kind::text_outside_objects, text); }

void LineSight::add_member(std::string_view quoted) { add_text(Mark::Kind::member, quoted); }

void LineSight::add_text(Mark::Kind kind, std::string_view text) {
  const std::size_t probed = rarest_triple(text);
  add({.kind = kind, .text = std::string(text), .begins = -static_cast<std::ptrdiff_t>(probed)}, triple_of(text, probed));
}

// By its last bytes and what makes it a name; if it begins as another one does, by how it goes on.
void LineSight::add_name(std::string_view name, const NamedValue& named) {
  std::size_t size = name.size();
  for (const std::string& other : named.names())
    if (other.size() < size && name.starts_with(other)) size = other.size();
  const auto behind = size < name.size() ? text::byte_set(name.substr(size, 1)) : text::byte_set("\"=");
  add({.kind = Mark::Kind::name, .text = std::string(name), .named = &named, .begins = 2 - static_cast<std::ptrdiff_t>(size)},
      {text::byte_set(name.substr(size - 2, 1)), text::byte_set(name.substr(size - 1, 1)), behind});
}

void LineSight::add_level(std::string_view spelling) {
  if (spelling.size() >= std::tuple_size_v<text::ByteTriples::Pattern>) return add_text(Mark::Kind::level, spelling);
  const Mark mark{.kind = Mark::Kind::level, .text = std::string(spelling), .begins = 1};
  const auto first = text::folded_byte_set(spelling.substr(0, 1)), digits = text::byte_set("0123456789");
  if (spelling.size() > 1) return add(mark, {around_levels(), first, text::byte_set(spelling.substr(1, 1))});
  add(mark, {around_levels(), first, around_levels()});
  add(mark, {around_levels(), text::byte_set(std::string(1, text::upper_ascii(spelling[0]))), digits});  // of glog: "E1121 10:15:00"
  add(mark, {digits, first, text::byte_set(" ")});  // of logcat, whose columns may touch
}

void LineSight::add_priorities(const Severities& wanted) {
  for (unsigned severity = 0; severity < 8; ++severity)
    if (wanted[static_cast<std::size_t>(record::severity_from_syslog(severity))])
      wanted_priorities_ |= static_cast<std::uint8_t>(1U << severity);
  priority_mark_ = std::uint64_t{1} << marks_.size() % kMarksMax;
  add({.kind = Mark::Kind::priority}, {text::byte_set("<"), text::byte_set("0123456789"), text::any_byte()});
}

void LineSight::add_number(std::string_view digits) {
  add_text(Mark::Kind::number, digits);
  if (std::ranges::any_of(marks_, [](const Mark& mark) { return mark.kind == Mark::Kind::exponent; })) return;
  const auto decimal = text::byte_set("0123456789");
  add({.kind = Mark::Kind::exponent}, {decimal, text::byte_set("eE"), decimal | text::byte_set("+-")});
}

// Nearly always there is one blank.
void LineSight::add_access_number(const NamedValue& named) {
  const Mark mark{.kind = Mark::Kind::access_number, .named = &named};
  const auto quote = text::byte_set("\""), blank = text::byte_set(" "), number = text::byte_set("-0123456789");
  if (named.access_number() == 0) {
    status_mark_ = std::uint64_t{1} << marks_.size() % kMarksMax;
    for (std::size_t status = 100; status < refused_status_.size(); ++status)
      refused_status_[status] = !named.may_be_number(std::to_string(status));
  }
  add(mark, {quote, blank, number | blank});
  add(mark, {quote, number, text::any_byte()});
}

void LineSight::add_bytes(const text::ByteTriples::Pattern& bytes) { add({.kind = Mark::Kind::bytes}, bytes); }

void LineSight::add(Mark mark, const text::ByteTriples::Pattern& triple) {
  patterns_.push_back(triple);
  for (std::size_t i = 0; marks_.size() < kMarksMax && i < triple.size(); ++i)
    for (std::size_t byte = 0; byte < triple[i].size(); ++byte) marks_of_[i][byte] |= std::uint64_t{triple[i][byte]} << marks_.size();
  marks_.push_back(std::move(mark));
}

// Whether one of them is what its triple was to find, and the line may match.
bool LineSight::matters(std::string_view lines, std::size_t at, std::uint64_t marks, Refusal& last) const {
  std::size_t begin = at, end = at;  // of what was looked at
  for (; marks != 0; marks &= marks - 1) {
    const Mark& mark = marks_[static_cast<std::size_t>(std::countr_zero(marks))];
    const std::ptrdiff_t place = static_cast<std::ptrdiff_t>(at) + mark.begins;
    if (place < 0) continue;
    const auto start = static_cast<std::size_t>(place);
    const std::string_view from = lines.substr(start), text = from.substr(0, mark.text.size());
    std::size_t size = text.size();
    switch (mark.kind) {
      case Mark::Kind::bytes: return true;
      case Mark::Kind::priority:
        if (has_wanted_priority(from)) return true;
        continue;
      case Mark::Kind::level:
        if (stands_alone(lines, start, mark.text)) return true;
        continue;
      case Mark::Kind::number:
        if (is_whole_number(lines, start, mark.text)) return true;
        continue;
      case Mark::Kind::access_number:
        if (may_be_access_number(*mark.named, from)) return true;
        continue;
      case Mark::Kind::exponent:
        if (is_exponent(lines, at)) return true;
        continue;
      case Mark::Kind::text:
        if (equals_ignoring_case(text, mark.text)) return true;
        break;
      case Mark::Kind::member:
        if (is_member(from, mark.text)) return true;
        continue;
      case Mark::Kind::text_outside_objects:
        if (equals_ignoring_case(text, mark.text) && !begins_with_brace(lines, start)) return true;
        continue;
      case Mark::Kind::name:
        if (!stands_at(mark.text, text.data())) break;
        const auto refused = mark.named->refused_by(from.substr(size));
        if (!refused) return true;
        size += *refused;
        break;
    }
    begin = std::min(begin, start);
    end = std::max(end, start + size);
  }
  if (begin < at) last = {.text = lines.substr(begin, end - begin), .before = at - begin};
  return false;
}

}  // namespace logmill::query
