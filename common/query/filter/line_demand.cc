#include "query/filter/line_demand.h"

#include <algorithm>

#include "index/span_keys.h"
#include "query/language/quantity.h"
#include "record/fields.h"
#include "text/tokens.h"

namespace logmill::query {
namespace {

// Shorter texts are in most lines.
constexpr std::size_t kTextBytesMin = 3;
// Looking for more at once is slower than parsing.
constexpr std::size_t kNeedlesMax = 12;

// Lines with these may hold what their bytes do not show.
constexpr std::string_view kColour = "\x1b";
constexpr std::string_view kAsciiEscape = "\\u00";
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

// The more the rarer what is found.
int rarity(const std::vector<std::string>& needles) {
  if (needles.empty() || needles.size() > kNeedlesMax) return -1;
  std::size_t shortest = needles.front().size();
  for (const std::string& needle : needles) shortest = std::min(shortest, needle.size());
  return static_cast<int>(std::min<std::size_t>(shortest, 32)) * 4 - static_cast<int>(needles.size());
}

}  // namespace

std::unique_ptr<LineDemand> LineDemand::of(const Expr& expr, const Context& context) {
  Part root = part_of(expr, context);
  const std::vector<std::string> cover = cover_of(root);
  if (cover.empty()) return nullptr;
  auto demand = std::make_unique<LineDemand>();
  demand->root_ = std::move(root);
  std::vector<std::string_view> opaque = {kColour, kAsciiEscape};
  for (const std::string& needle : cover) demand->cover_.add(needle);
  if (has_slash(demand->root_)) opaque.push_back(kSlashEscape);
  for (const std::string_view needle : opaque) {
    demand->cover_.add(needle);
    demand->opaque_.add(needle);
  }
  return demand;
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

LineDemand::Part LineDemand::part_of(const Expr& expr, const Context& context) {
  if (expr.kind == Expr::Kind::term) return part_of_term(expr.term, context);
  if (expr.kind != Expr::Kind::all_of && expr.kind != Expr::Kind::any_of) return {};
  std::vector<Part> parts;
  for (const Expr& child : expr.children) parts.push_back(part_of(child, context));
  return join(expr.kind == Expr::Kind::all_of ? Part::Kind::all_of : Part::Kind::any_of, std::move(parts));
}

LineDemand::Part LineDemand::part_of_term(const Term& term, const Context& context) {
  if (is_made_up(term.field)) return {};
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
  part.kind = Part::Kind::regex;
  return part;
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

// Needles of which one must be there; none if nothing must.
std::vector<std::string> LineDemand::cover_of(const Part& part) {
  std::vector<std::string> cover;
  switch (part.kind) {
    case Part::Kind::anything: break;
    case Part::Kind::text: cover.push_back(part.needle[0]); break;
    case Part::Kind::regex: cover = cover_of_regex(part); break;
    case Part::Kind::all_of:
      for (const Part& child : part.parts)
        if (auto found = cover_of(child); rarity(found) > rarity(cover)) cover = std::move(found);
      break;
    case Part::Kind::any_of:
      for (const Part& child : part.parts) {
        const auto found = cover_of(child);
        if (found.empty()) return {};
        cover.insert(cover.end(), found.begin(), found.end());
      }
      break;
  }
  std::ranges::sort(cover);
  cover.erase(std::unique(cover.begin(), cover.end()), cover.end());
  if (cover.size() > kNeedlesMax) cover.clear();
  return cover;
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

bool LineDemand::keeps(std::string_view line) const {
  // Then the line holds it, or is opaque: `find` has found it.
  if (root_.kind == Part::Kind::text) return true;
  return holds(root_, line) || opaque_.found_in(line);
}

bool LineDemand::holds(const Part& part, std::string_view line) {
  const auto held = [line](const Part& child) { return holds(child, line); };
  switch (part.kind) {
    case Part::Kind::anything: return true;
    case Part::Kind::text: return part.needle.found_in(line);
    case Part::Kind::all_of: return std::ranges::all_of(part.parts, held);
    case Part::Kind::any_of: return std::ranges::any_of(part.parts, held);
    case Part::Kind::regex: break;
  }
  std::vector<int> atoms = part.assumed;
  for (std::size_t i = 0; i < part.atoms.size(); ++i)
    if (part.atoms[i].found_in(line)) atoms.push_back(static_cast<int>(i));
  std::ranges::sort(atoms);
  return part.regex->may_match(atoms);
}

}  // namespace logmill::query
