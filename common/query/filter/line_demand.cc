#include "query/filter/line_demand.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/hex.h"
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

// Of what is looked for in lines of text, how many places of a thousand million: to look at more takes longer than to parse the lines.
constexpr double kCommonnessMax = 5e7;

// Lines with these may hold what their bytes do not show.
constexpr std::string_view kColour = "\x1b[";
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
    record::kTimestamp,      record::kLevel, record::kLogId, record::kFile, record::kParseError, record::kCut,
    record::kMore,           "facility",     "role",         "bits",        "partial",           "severity",
    record::kTimestampSource};

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
text::ByteSet named_starts() {
  text::ByteSet set;
  for (std::size_t byte = 0; byte < set.size(); ++byte) set[byte] = begins_named(static_cast<char>(byte));
  return set;
}
// Lines of nothing have no records.
text::ByteSet unnamed_starts() { return ~named_starts() & ~text::byte_set("\n"); }

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
    return demand->named_.is_full() ? nullptr : std::move(demand);
  }
  for (const std::string& needle : cover.texts) {
    demand->cover_.add(needle);
    demand->may_be_escaped_ |= text::folded_byte_set(needle);
  }
  // With which colours begin, and what an escape is made of: an object may be the text of another one.
  demand->may_be_escaped_ |= text::byte_set("\x1b\\/u0123456789abcdefABCDEF");
  for (const std::string_view needle : opaque) demand->cover_.add(needle);
  return demand;
}

void LineDemand::look_for_names(const Cover& cover, const std::vector<std::string_view>& opaque) {
  by_names_ = true;
  const auto digits = text::byte_set("0123456789");
  named_.add_bytes({text::byte_set("\n"), unnamed_starts(), text::any_byte()});
  named_.add_bytes({text::byte_set("["), digits, digits | text::byte_set("/")});       // of access logs: "[21/Nov/2026:10:15:00"
  named_.add_bytes({text::byte_set("|"), text::byte_set(" \r\n"), text::any_byte()});  // behind the name of a container: "web-1  | "
  add_cover(named_, cover, opaque);
  for (const std::string_view text : kAuditStarts) named_.add_text(text);
  for (const std::string_view text : kCallMarks) named_.add_text_outside_objects(text);
  named_.finish();
  const auto is_told = [](const NamedValue* named) { return named->levels() || named->access_number() || !named->numbers().empty(); };
  if (std::ranges::all_of(cover.named, is_told)) look_for_values(cover, opaque);
}

// A level in a line of text is a word that stands there, the priority in front of a message of syslog, or a mark of Redis; a number is its
// digits.
void LineDemand::look_for_values(const Cover& cover, const std::vector<std::string_view>& opaque) {
  unnamed_ = std::make_unique<LineSight>();
  unnamed_->add_bytes({text::byte_set("\n"), named_starts(), text::any_byte()});
  add_cover(*unnamed_, cover, opaque);
  Severities wanted{};
  for (const NamedValue* const named : cover.named) {
    for (std::size_t i = 0; named->levels() && i < wanted.size(); ++i) wanted[i] |= (*named->levels())[i];
    if (named->access_number())
      unnamed_->add_access_number(*named);
    else
      for (const std::string& number : named->numbers()) unnamed_->add_number(number);
  }
  if (std::ranges::find(wanted, true) != wanted.end()) look_for_levels(*unnamed_, wanted);
  unnamed_->finish();
  if (unnamed_->is_full() || unnamed_->commonness() > kCommonnessMax) unnamed_ = nullptr;
}

void LineDemand::look_for_levels(LineSight& sight, const Severities& wanted) {
  const auto is_wanted = [wanted](record::Severity severity) { return wanted[static_cast<std::size_t>(severity)]; };
  sight.add_priorities(wanted);
  for (const auto& [spelling, severity] : record::severity_spellings())
    if (is_wanted(severity)) sight.add_level(spelling);
  for (const auto& [text, severity] : kRedisMarks)
    if (is_wanted(severity)) sight.add_text(text);
}

// What is looked for whatever begins the lines.
void LineDemand::add_cover(LineSight& sight, const Cover& cover, const std::vector<std::string_view>& opaque) {
  for (const std::string_view text : opaque) sight.add_text(text);
  for (const std::string_view name : kLineMembers) sight.add_member(name);
  for (const std::string& text : cover.texts) sight.add_text(text);
  for (const NamedValue* const named : cover.named)
    for (const std::string& name : named->names()) sight.add_name(name, *named);
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
  for (std::size_t at = cover_.find(lines); at != lines.npos; at = cover_.find(lines, at))
    at = is_harmless_escape(lines.substr(at)) ? at + 1 : look_at_line(lines, at, kept);
}

// Of a byte that is in nothing which is looked for: loggers that write for web pages have '<', '>' and '&' so.
bool LineDemand::is_harmless_escape(std::string_view here) const {
  constexpr std::size_t kSize = kAsciiEscape.size();
  if (here.size() < kSize + 2 || !equals_ignoring_case(here.substr(0, kSize), kAsciiEscape)) return false;
  const int high = base::hex_digit(here[kSize]), low = base::hex_digit(here[kSize + 1]);
  return high >= 0 && low >= 0 && !may_be_escaped_[static_cast<std::size_t>(16 * high + low)];
}

void LineDemand::sift_by_names(std::string_view lines, std::string& kept) const {
  if (lines.empty()) return;
  const auto starts = [lines](std::string_view start) { return lines.starts_with(start.substr(1)); };
  std::size_t done = 0;  // up to here lines have been looked at
  const bool named = begins_named(lines[0]);
  if (!named || std::ranges::any_of(kAuditStarts, starts)) done = look_at_line(lines, 0, kept);
  const LineSight& sight = named || !unnamed_ ? named_ : *unnamed_;
  sight.search(lines, done, [&](std::size_t at) { return look_at_line(lines, at, kept); });
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
