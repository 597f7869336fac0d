#include "query/filter/line_demand.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "index/span_keys.h"
#include "query/language/lexer.h"
#include "query/language/quantity.h"
#include "record/fields.h"
#include "text/digits.h"
#include "text/last_line_end.h"
#include "text/tokens.h"

namespace logmill::query {
namespace {

// Shorter texts are in most lines.
constexpr std::size_t kTextBytesMin = 3;
// Looking for more at once is slower than parsing.
constexpr std::size_t kNeedlesMax = 12;

constexpr std::size_t kMarksMax = 64;
// Of what levels are found by in lines of text: where it is more, to look at all places takes longer than to parse the lines.
constexpr double kCommonnessMax = 1.5e6;

// Lines with these may hold what their bytes do not show.
constexpr std::string_view kColour = "\x1b";
constexpr std::string_view kAsciiEscape = "\\u00";
// Members of an object that may be a line of any format (docker's, and what was not parsed): what JSON tells of it is not all.
constexpr std::string_view kLineMembers[] = {R"("log")", R"("raw")"};
// Lines of audit have more in them than pairs.
constexpr std::string_view kAuditStarts[] = {"\ntype=", "\nnode="};
// Of strace's lines without a process and a clock, which are its lines where others of the file are.
constexpr std::string_view kCallMarks[] = {" = ", "<unfinished"};
// How Redis writes levels.
struct RedisMark {
  std::string_view text;
  record::Severity severity;
};
constexpr RedisMark kRedisMarks[] = {
    {" .", record::Severity::trace}, {" -", record::Severity::debug}, {" *", record::Severity::info}, {" #", record::Severity::warn}};
// Only of texts with a slash.
constexpr std::string_view kSlashEscape = "\\/";
// What k and s match too, where a regular expression ignores the case: the sign of Kelvin, the long s.
constexpr std::string_view kKelvin = "\xe2\x84\xaa";
constexpr std::string_view kLongS = "\xc5\xbf";

// Fields that parsers make up, wholly or in part, and those that are no part of the line.
constexpr std::string_view kMadeUp[] = {
    record::kTimestamp, record::kLevel, record::kLogId, record::kFile, record::kParseError, record::kCut, record::kMore,
    "facility",         "role",         "kind",         "bits",        "partial",           "severity",   "stream",
    "timestamp_source", "type"};

// Values that are put in for something else.
constexpr std::string_view kMadeUpWords[] = {"trace", "debug", "info", "warn", "error", "fatal", "true", "false", "null"};

bool is_made_up(std::string_view field) { return std::ranges::find(kMadeUp, field) != std::end(kMadeUp); }

// Bytes that stand for themselves in a line whatever its format; a slash may be escaped. Those
// between the items of JSON arrays may have had blanks around them.
bool is_plain(char c) { return c >= 0x20 && c < 0x7f && std::string_view("\"\\,[]{}").find(c) == std::string_view::npos; }

// Whether a number, as it is printed, may hold the text: digits, one point, one exponent.
bool may_be_in_number(std::string_view text) {
  std::size_t points = 0, exponents = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c >= '0' && c <= '9') continue;
    points += c == '.';
    exponents += c == 'e';
    const bool sign = (c == '-' || c == '+') && (i == 0 || text[i - 1] == 'e');
    if (c != '.' && c != 'e' && !sign) return false;
  }
  return points <= 1 && exponents <= 1;
}

// Whether a line that holds the text in a value holds it in its bytes, too.
bool is_telling(std::string_view text) {
  if (text.size() < kTextBytesMin || may_be_in_number(text)) return false;
  return std::ranges::none_of(kMadeUpWords, [text](std::string_view word) { return word.find(text) != word.npos; });
}

template <class Use>
void for_each_plain_run(std::string_view text, Use use) {
  while (!text.empty()) {
    const auto* const end = std::ranges::find_if_not(text, is_plain);
    const auto size = static_cast<std::size_t>(end - text.begin());
    std::string_view run = text.substr(0, size);
    while (!run.empty() && !text::is_token_byte(run.front())) run.remove_prefix(1);
    while (!run.empty() && !text::is_token_byte(run.back())) run.remove_suffix(1);
    if (!run.empty()) use(run);
    text.remove_prefix(std::min(size + 1, text.size()));
  }
}

std::string in_lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = text::lower_ascii(c);
  return lower;
}

// Lines of objects and of pairs begin with small letters and braces. What else does has no fields but those of a few formats, which are
// told by what stands in them.
bool begins_named(char c) { return static_cast<unsigned char>(c) / 0x20 == 3; }
text::ByteSet unnamed_starts() {
  text::ByteSet set;
  for (std::size_t byte = 0; byte < set.size(); ++byte) set[byte] = !begins_named(static_cast<char>(byte));
  return set;
}

// Blanks, signs and, up to '?', digits: what may stand around a short spelling of a level where a parser takes it for one, but for
// brackets.
text::ByteSet bytes_up_to(unsigned char last) {
  text::ByteSet set;
  for (unsigned byte = 0; byte <= last; ++byte) set[byte] = true;
  return set;
}

// Whether the spelling of a level at `at` is not a part of a longer word or number. Of a number behind a colon only ']' may follow: so does
// a module's name stand before a level, and mostly it is the minutes of a time.
bool stands_alone(std::string_view lines, std::size_t at, std::string_view spelling) {
  if (!equals_ignoring_case(lines.substr(at, spelling.size()), spelling)) return false;
  const char before = lines[at - 1], behind = at + spelling.size() < lines.size() ? lines[at + spelling.size()] : '\n';
  if (text::is_ascii_letter(before) || text::is_ascii_letter(behind)) return false;
  if (!text::is_digit(spelling[0])) return true;
  return !text::is_digit(before) && !text::is_digit(behind) && (before != ':' || behind == ']');
}

// Names are of a few bytes: a call takes longer than to compare them.
bool stands_at(std::string_view name, const char* at) {
  for (const char c : name)
    if (*at++ != c) return false;
  return true;
}

// "[21/Nov/2026:10:15:00 +0000]", as access logs have it.
bool is_access_mark(std::string_view text) {
  return text.size() > 2 && text[0] == '[' && text[1] >= '0' && text[1] <= '9' && (text[2] == '/' || (text[2] >= '0' && text[2] <= '9'));
}
// Behind the name of a container: "web-1  | ".
bool is_container_mark(std::string_view text) {
  return text[0] == '|' && (text.size() == 1 || std::string_view(" \r\n").find(text[1]) != text.npos);
}

// The more the rarer what is found.
int rarity(const std::vector<std::string>& needles) {
  if (needles.empty() || needles.size() > kNeedlesMax) return -1;
  std::size_t shortest = needles.front().size();
  for (const std::string& needle : needles) shortest = std::min(shortest, needle.size());
  return static_cast<int>(std::min<std::size_t>(shortest, 32)) * 4 - static_cast<int>(needles.size());
}

}  // namespace

std::unique_ptr<LineDemand> LineDemand::of(const Expr& expr, const Context& context, Formats formats) {
  auto demand = std::make_unique<LineDemand>();
  demand->root_ = part_of(expr, context, formats);
  const Cover cover = cover_of(demand->root_);
  if (cover.empty()) return nullptr;
  std::vector<std::string_view> opaque = {kColour, kAsciiEscape};
  if (has_slash(demand->root_)) opaque.push_back(kSlashEscape);
  for (const std::string_view needle : opaque) demand->opaque_.add(needle);
  if (!cover.named.empty()) {
    demand->look_for_names(cover, opaque);
    return demand->named_.marks.size() <= kMarksMax ? std::move(demand) : nullptr;
  }
  for (const std::string& needle : cover.texts) demand->cover_.add(needle);
  for (const std::string_view needle : opaque) demand->cover_.add(needle);
  return demand;
}

void LineDemand::look_for_names(const Cover& cover, const std::vector<std::string_view>& opaque) {
  by_names_ = true;
  const auto digits = text::byte_set("0123456789");
  named_.triples.add({text::byte_set("\n"), unnamed_starts(), text::any_byte()});
  named_.triples.add({text::byte_set("["), digits, digits | text::byte_set("/")});
  named_.triples.add({text::byte_set("|"), text::byte_set(" \r\n"), text::any_byte()});
  named_.add_cover(cover, opaque);
  for (const std::string_view text : kAuditStarts) named_.add_text(text);
  for (const std::string_view text : kCallMarks) named_.add_text(text);
  if (std::ranges::all_of(cover.named, [](const NamedValue* named) { return named->levels().has_value(); })) look_for_levels(cover, opaque);
}

// A level in a line of text is a word that stands there, the priority in front of a message of syslog, or a mark of Redis.
void LineDemand::look_for_levels(const Cover& cover, const std::vector<std::string_view>& opaque) {
  unnamed_ = std::make_unique<Sight>();
  for (const NamedValue* const named : cover.named)
    for (std::size_t i = 0; i < wanted_.size(); ++i) wanted_[i] |= (*named->levels())[i];
  unnamed_->triples.add({text::byte_set("\n"), ~unnamed_starts(), text::any_byte()});
  unnamed_->triples.add({text::byte_set("<"), text::byte_set("0123456789"), text::any_byte()});
  unnamed_->add_cover(cover, opaque);
  const auto is_wanted = [this](record::Severity severity) { return wanted_[static_cast<std::size_t>(severity)]; };
  for (const auto& [spelling, severity] : record::severity_spellings())
    if (is_wanted(severity)) unnamed_->add_level(spelling);
  for (const auto& [text, severity] : kRedisMarks)
    if (is_wanted(severity)) unnamed_->add_text(text);
  if (unnamed_->marks.size() > kMarksMax || unnamed_->triples.commonness() > kCommonnessMax) unnamed_ = nullptr;
}

// What is looked for whatever begins the lines.
void LineDemand::Sight::add_cover(const Cover& cover, const std::vector<std::string_view>& opaque) {
  for (const std::string_view text : opaque) add_text(text);
  for (const std::string_view text : kLineMembers) add_text(text);
  for (const std::string& text : cover.texts) add_text(text);
  for (const NamedValue* const named : cover.named)
    for (const std::string& name : named->names()) add_name(name, *named);
}

void LineDemand::Sight::add_text(std::string_view text) {
  const auto triple = [text](std::size_t from) {
    text::ByteTriples::Pattern pattern;
    for (std::size_t i = 0; i < pattern.size(); ++i)
      pattern[i] = from + i < text.size() ? text::folded_byte_set(text.substr(from + i, 1)) : text::any_byte();
    return pattern;
  };
  std::size_t best = 0;
  for (std::size_t from = 1; from + triple(0).size() <= text.size(); ++from)
    if (text::ByteTriples::commonness(triple(from)) < text::ByteTriples::commonness(triple(best))) best = from;
  add({.text = std::string(text), .named = nullptr, .probed = best}, triple(best));
}

// By its last bytes and what makes it a name; if it begins as another one does, by how it goes on.
void LineDemand::Sight::add_name(std::string_view name, const NamedValue& named) {
  std::size_t size = name.size();
  for (const std::string& other : named.names())
    if (other.size() < size && name.starts_with(other)) size = other.size();
  const auto behind = size < name.size() ? text::byte_set(name.substr(size, 1)) : text::byte_set("\"=");
  add({.text = std::string(name), .named = &named, .probed = size - 2},
      {text::byte_set(name.substr(size - 2, 1)), text::byte_set(name.substr(size - 1, 1)), behind});
}

// Words may stand anywhere: one that has another one in it is found with that. A letter or a number stands by itself (stands_alone).
void LineDemand::Sight::add_level(std::string_view spelling) {
  if (spelling.size() >= kTextBytesMin) {
    const auto is_part = [spelling](const Mark& mark) {
      return !mark.alone && mark.named == nullptr && spelling.find(mark.text) != spelling.npos;
    };
    if (std::ranges::none_of(marks, is_part)) add_text(spelling);
    return;
  }
  const Mark mark{.text = std::string(spelling), .named = nullptr, .probed = 0, .alone = true};
  const auto first = text::folded_byte_set(spelling.substr(0, 1));
  if (spelling.size() == 1) return add(mark, {bytes_up_to('?') | text::byte_set("["), first, bytes_up_to('?') | text::byte_set("]")});
  // In two, so that what is found for its halves has no digits in front.
  for (const auto& before : {bytes_up_to('/'), text::byte_set(":[")}) add(mark, {before, first, text::byte_set(spelling.substr(1, 1))});
}

void LineDemand::Sight::add(Mark mark, const text::ByteTriples::Pattern& triple) {
  triples.add(triple);
  for (std::size_t i = 0; marks.size() < kMarksMax && i < triple.size(); ++i)
    for (std::size_t byte = 0; byte < triple[i].size(); ++byte) marks_at[i][byte] |= std::uint64_t{triple[i][byte]} << marks.size();
  marks.push_back(std::move(mark));
}

// In any of its texts: those that are not looked for first are looked for later.
bool LineDemand::has_slash(const Part& part) {
  const auto holds_slash = [](const text::Needles& needles) {
    for (std::size_t i = 0; i < needles.count(); ++i)
      if (needles[i].find('/') != needles[i].npos) return true;
    return false;
  };
  return holds_slash(part.needle) || std::ranges::any_of(part.atoms, holds_slash) || std::ranges::any_of(part.parts, has_slash);
}

LineDemand::Part LineDemand::part_of(const Expr& expr, const Context& context, Formats formats) {
  if (expr.kind == Expr::Kind::term) return part_of_term(expr.term, context, formats);
  if (expr.kind != Expr::Kind::all_of && expr.kind != Expr::Kind::any_of) return {};
  std::vector<Part> parts;
  for (const Expr& child : expr.children) parts.push_back(part_of(child, context, formats));
  return join(expr.kind == Expr::Kind::all_of ? Part::Kind::all_of : Part::Kind::any_of, std::move(parts));
}

LineDemand::Part LineDemand::part_of_term(const Term& term, const Context& context, Formats formats) {
  Part part = is_made_up(term.field) ? Part{} : part_of_texts(term, context);
  if (part.kind != Part::Kind::anything || formats != Formats::found) return part;
  if (is_made_up(term.field) && term.field != record::kLevel) return part;
  part.named = NamedValue::of(term, context);
  if (part.named) part.kind = Part::Kind::named;
  return part;
}

LineDemand::Part LineDemand::part_of_texts(const Term& term, const Context& context) {
  std::vector<Part> parts;
  for (const Literal& literal : term.values) {
    const bool bare = literal.form == Literal::Form::bare;
    if (term.op == Op::word)
      parts.push_back(part_of_text(literal.text, bare));
    else if (term.op == Op::match)
      parts.push_back(part_of_regex(literal, context));
    else if (term.op == Op::equal && !(bare && parse_quantity(literal.text)))
      parts.push_back(part_of_text(literal.text, bare));
    else
      return {};
  }
  return join(Part::Kind::any_of, std::move(parts));
}

LineDemand::Part LineDemand::part_of_text(std::string_view text, bool with_stars) {
  std::vector<Part> parts;
  const std::string lower = in_lower_case(text);
  for (std::size_t begin = 0; begin <= lower.size();) {
    const std::size_t end = std::min(with_stars ? lower.find('*', begin) : lower.npos, lower.size());
    const std::string_view piece = std::string_view(lower).substr(begin, end - begin);
    for_each_plain_run(piece, [&](std::string_view run) {
      if (!is_telling(run)) return;
      const auto at = static_cast<std::size_t>(run.data() - piece.data());
      parts.push_back(part_of_run(piece, at, at + run.size(), begin > 0, end < lower.size()));
    });
    begin = end + 1;
  }
  return join(Part::Kind::all_of, std::move(parts));
}

// Of a run in a text: what stands beside it tells whether the tokens at its ends are whole. An open
// end of the text may go on.
LineDemand::Part LineDemand::part_of_run(std::string_view text, std::size_t begin, std::size_t end, bool open_start, bool open_end) {
  const auto goes_on = [text](std::size_t at, bool at_end, bool open) { return at_end ? open : text::is_token_byte(text[at]); };
  Part part;
  part.kind = Part::Kind::text;
  const std::string_view run = text.substr(begin, end - begin);
  part.needle.add(run);
  part.keys = index::whole_token_keys(run, goes_on(begin - 1, begin == 0, open_start), goes_on(end, end == text.size(), open_end));
  return part;
}

base::Status LineDemand::spans_of(const index::SidecarReader& sidecar, index::BlockMask& spans) const {
  spans.assign(sidecar.spans().size(), 1);
  base::Status status = narrow(root_, sidecar, spans);
  for (std::size_t i = 0; i < spans.size(); ++i) spans[i] |= sidecar.spans()[i].opaque;
  return status;
}

base::Status LineDemand::narrow(const Part& part, const index::SidecarReader& sidecar, index::BlockMask& spans) {
  base::Status status;
  const auto note = [&status](base::Status result) {
    if (!result) status = std::move(result);
  };
  if (part.kind == Part::Kind::text) {
    for (const std::uint64_t key : part.keys) note(sidecar.narrow(key, spans));
  } else if (part.kind == Part::Kind::all_of) {
    for (const Part& child : part.parts) note(narrow(child, sidecar, spans));
  } else if (part.kind == Part::Kind::any_of) {
    index::BlockMask any(spans.size(), 0);
    for (const Part& child : part.parts) {
      index::BlockMask found = spans;
      note(narrow(child, sidecar, found));
      for (std::size_t i = 0; i < any.size(); ++i) any[i] |= found[i];
    }
    spans = std::move(any);
  }
  return status;
}

// A part of the text that must match: where it holds bytes that may be escaped, it is taken as held.
LineDemand::Part LineDemand::part_of_regex(const Literal& literal, const Context& context) {
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_case_sensitive(!literal.ignore_case && !context.ignore_case);
  Part part;
  part.regex = std::make_unique<RegexAtoms>(literal.text, options);
  const auto& atoms = part.regex->atoms();
  if (atoms.empty()) return {};
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    const std::string& atom = atoms[i];
    text::Needles needles;
    if (std::ranges::all_of(atom, is_plain) && is_telling(atom))
      needles.add(atom);
    else
      part.assumed.push_back(static_cast<int>(i));
    if (part.regex->folds() && atom.find('k') != atom.npos) needles.add(kKelvin);
    if (part.regex->folds() && atom.find('s') != atom.npos) needles.add(kLongS);
    part.atoms.push_back(std::move(needles));
  }
  if (part.regex->may_match(part.assumed)) return {};
  if (atoms.size() <= kSetAtomsMax) part.matching_sets = sets_matching(part);
  part.kind = Part::Kind::regex;
  return part;
}

std::uint64_t LineDemand::sets_matching(const Part& part) {
  std::uint64_t sets = 0;
  for (std::size_t set = 0; set < std::size_t{1} << part.atoms.size(); ++set) {
    std::vector<int> held;
    for (int i = 0; i < static_cast<int>(part.atoms.size()); ++i)
      if ((set >> i & 1) != 0 || std::ranges::find(part.assumed, i) != part.assumed.end()) held.push_back(i);
    if (part.regex->may_match(held)) sets |= std::uint64_t{1} << set;
  }
  return sets;
}

LineDemand::Part LineDemand::join(Part::Kind kind, std::vector<Part> parts) {
  const auto asks_nothing = [](const Part& part) { return part.kind == Part::Kind::anything; };
  if (kind == Part::Kind::any_of && std::ranges::any_of(parts, asks_nothing)) parts.clear();
  std::erase_if(parts, asks_nothing);
  if (parts.empty()) return {};
  if (parts.size() == 1) return std::move(parts.front());
  Part joined;
  joined.kind = kind;
  joined.parts = std::move(parts);
  return joined;
}

void LineDemand::Cover::add(const Cover& other) {
  texts.insert(texts.end(), other.texts.begin(), other.texts.end());
  named.insert(named.end(), other.named.begin(), other.named.end());
}

// Empty if nothing must be there. Names are in each line: texts are looked for rather.
LineDemand::Cover LineDemand::cover_of(const Part& part) {
  Cover cover;
  switch (part.kind) {
    case Part::Kind::anything: break;
    case Part::Kind::text: cover.texts.push_back(part.needle[0]); break;
    case Part::Kind::regex: cover.texts = cover_of_regex(part); break;
    case Part::Kind::named: cover.named.push_back(part.named.get()); break;
    case Part::Kind::all_of:
      for (const Part& child : part.parts) {
        Cover found = cover_of(child);
        const bool by_texts = found.named.empty() && rarity(found.texts) > (cover.named.empty() ? rarity(cover.texts) : -1);
        if (by_texts || cover.empty()) cover = std::move(found);
      }
      break;
    case Part::Kind::any_of:
      for (const Part& child : part.parts) {
        const Cover found = cover_of(child);
        if (found.empty()) return {};
        cover.add(found);
      }
      break;
  }
  std::ranges::sort(cover.texts);
  cover.texts.erase(std::unique(cover.texts.begin(), cover.texts.end()), cover.texts.end());
  return cover.texts.size() > kNeedlesMax ? Cover{} : cover;
}

// An atom without which nothing matches, the rarest such; else all of them.
std::vector<std::string> LineDemand::cover_of_regex(const Part& part) {
  const auto needles_of = [](const text::Needles& needles) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < needles.count(); ++i) texts.push_back(needles[i]);
    return texts;
  };
  std::vector<std::string> required, all;
  for (std::size_t i = 0; i < part.atoms.size(); ++i) {
    const std::vector<std::string> needles = needles_of(part.atoms[i]);
    all.insert(all.end(), needles.begin(), needles.end());
    if (std::ranges::find(part.assumed, static_cast<int>(i)) != part.assumed.end()) continue;
    std::vector<int> others;
    for (std::size_t j = 0; j < part.atoms.size(); ++j)
      if (j != i) others.push_back(static_cast<int>(j));
    if (!part.regex->may_match(others) && rarity(needles) > rarity(required)) required = needles;
  }
  return required.empty() ? all : required;
}

void LineDemand::sift(std::string_view lines, std::string& kept) const {
  if (by_names_) return sift_by_names(lines, kept);
  for (std::size_t at = cover_.find(lines); at != lines.npos; at = cover_.find(lines, at)) at = look_at_line(lines, at, kept);
}

void LineDemand::sift_by_names(std::string_view lines, std::string& kept) const {
  if (lines.empty()) return;
  const auto starts = [lines](std::string_view start) { return lines.starts_with(start.substr(1)); };
  std::size_t done = 0;  // up to here lines have been looked at
  const bool named = begins_named(lines[0]);
  if (!named || std::ranges::any_of(kAuditStarts, starts)) done = look_at_line(lines, 0, kept);
  const Sight& sight = named || !unnamed_ ? named_ : *unnamed_;
  text::ByteTriples::Places places;
  Refusal last;  // in most lines a value is what it was in the last one
  for (std::size_t window = 0; window < lines.size(); window += text::ByteTriples::kWindowBytes) {
    for (const std::size_t place : sight.triples.find(lines, window, places)) {
      const std::size_t at = window + place, in_line = at + (lines[at] == '\n');
      if (in_line >= done && !last.stands_at(lines, at) && matters(sight, lines, at, last)) done = look_at_line(lines, in_line, kept);
    }
  }
}

// Whether that is what the triple was to find, and its line may match.
bool LineDemand::matters(const Sight& sight, std::string_view lines, std::size_t at, Refusal& last) const {
  const std::string_view here = lines.substr(at);
  const bool of_named = &sight == &named_;
  if (here[0] == '\n' && here.size() > 1 && begins_named(here[1]) != of_named) return true;
  if (of_named ? is_access_mark(here) || is_container_mark(here) : has_wanted_priority(here)) return true;
  std::uint64_t marks = ~std::uint64_t{0};
  for (std::size_t i = 0; i < sight.marks_at.size(); ++i)
    marks &= sight.marks_at[i][static_cast<unsigned char>(i < here.size() ? here[i] : '\n')];
  std::size_t begin = at, end = at;  // of what was looked at
  for (; marks != 0; marks &= marks - 1) {
    const Mark& mark = sight.marks[static_cast<std::size_t>(std::countr_zero(marks))];
    if (mark.alone) {
      if (stands_alone(lines, at + 1, mark.text)) return true;
      continue;
    }
    if (at < mark.probed) continue;
    const std::string_view from = lines.substr(at - mark.probed), text = from.substr(0, mark.text.size());
    std::size_t size = text.size();
    if (mark.named == nullptr) {
      if (equals_ignoring_case(text, mark.text)) return true;
    } else if (stands_at(mark.text, text.data())) {
      const auto refused = mark.named->refused_by(from.substr(size));
      if (!refused) return true;
      size += *refused;
    }
    begin = std::min(begin, at - mark.probed);
    end = std::max(end, at - mark.probed + size);
  }
  if (begin < at) last = {.text = lines.substr(begin, end - begin), .before = at - begin};
  return false;
}

// "<131>"
bool LineDemand::has_wanted_priority(std::string_view here) const {
  if (here[0] != '<') return false;
  unsigned priority = 0;
  std::size_t at = 1;
  for (; at < here.size() && text::is_digit(here[at]) && at < 5; ++at) priority = 10 * priority + static_cast<unsigned>(here[at] - '0');
  const bool is_one = at > 1 && at < here.size() && here[at] == '>';
  return is_one && wanted_[static_cast<std::size_t>(record::severity_from_syslog(priority % 8))];
}

// Keeps the line that `at` stands in, unless a closer look tells that it cannot match; returns where it ends.
std::size_t LineDemand::look_at_line(std::string_view lines, std::size_t at, std::string& kept) const {
  const std::size_t begin = text::last_line_end(lines.substr(0, at)) + 1;  // npos + 1 is 0
  const std::size_t end = std::min(lines.find('\n', at), lines.size() - 1) + 1;
  const std::string_view line = lines.substr(begin, end - begin);
  if (keeps(line)) kept += line;
  return end;
}

bool LineDemand::keeps(std::string_view line) const {
  // Then it was looked at because it holds that, or is opaque.
  if (root_.kind == Part::Kind::text || root_.kind == Part::Kind::named) return true;
  return holds(root_, line) || opaque_.found_in(line);
}

bool LineDemand::holds(const Part& part, std::string_view line) {
  const auto held = [line](const Part& child) { return holds(child, line); };
  switch (part.kind) {
    case Part::Kind::anything:
    case Part::Kind::named: return true;
    case Part::Kind::text: return part.needle.found_in(line);
    case Part::Kind::all_of: return std::ranges::all_of(part.parts, held);
    case Part::Kind::any_of: return std::ranges::any_of(part.parts, held);
    case Part::Kind::regex: break;
  }
  if (part.atoms.size() <= kSetAtomsMax) {
    std::size_t set = 0;
    for (std::size_t i = 0; i < part.atoms.size(); ++i) set |= std::size_t{part.atoms[i].found_in(line)} << i;
    return (part.matching_sets >> set & 1) != 0;
  }
  std::vector<int> atoms = part.assumed;
  for (std::size_t i = 0; i < part.atoms.size(); ++i)
    if (part.atoms[i].found_in(line)) atoms.push_back(static_cast<int>(i));
  std::ranges::sort(atoms);
  return part.regex->may_match(atoms);
}

}  // namespace logmill::query
