#include "multiline/joiner.h"
#include "text/last_line_end.h"

#include <re2/re2.h>

#include <algorithm>
#include <cstring>

#include "text/suggest.h"

namespace logmill::multiline {
namespace {

constexpr std::string_view kAuto = "auto", kIndent = "indent", kStart = "start:", kContinue = "continue:", kEnd = "end:";
// Of a compiled expression: ten times what a long one of ours takes.
constexpr std::int64_t kPatternBytesMax = 1 << 20;

std::string_view without_last_newlines(std::string_view event) {
  const std::size_t last = event.find_last_not_of("\r\n");
  return last == std::string_view::npos ? std::string_view{} : event.substr(0, last + 1);
}

base::Error invalid(std::string what) { return {base::ErrorCode::invalid, std::move(what)}; }

base::Result<std::unique_ptr<re2::RE2>> compile(std::string_view text) {
  if (text.empty()) return invalid("the expression is empty");
  re2::RE2::Options options(re2::RE2::Latin1);  // bytes: lines need not be UTF-8
  options.set_log_errors(false);
  options.set_never_capture(true);
  options.set_max_mem(kPatternBytesMax);
  auto pattern = std::make_unique<re2::RE2>(re2::StringPiece(text.data(), text.size()), options);
  if (!pattern->ok()) return invalid("'" + std::string(text) + "': " + pattern->error());
  return pattern;
}

}  // namespace

Joiner::Joiner(Rule rule) : rule_(rule) {}
Joiner::~Joiner() = default;
Joiner::Joiner(Joiner&&) noexcept = default;
Joiner& Joiner::operator=(Joiner&&) noexcept = default;

base::Result<Joiner> Joiner::parse(std::string_view rule) {
  for (const auto& [prefix, kind] : {std::pair{kStart, Rule::start}, {kContinue, Rule::follow}, {kEnd, Rule::end}}) {
    if (!rule.starts_with(prefix)) continue;
    Joiner joiner(kind);
    LOGMILL_ASSIGN_OR_RETURN(joiner.pattern_, compile(rule.substr(prefix.size())));
    return joiner;
  }
  Joiner joiner(Rule::traces);
  if (rule == kIndent) return joiner;
  joiner.traces_ = traces();
  if (rule == kAuto) return joiner;
  std::vector<std::string_view> names = {kAuto, kIndent, kStart, kContinue, kEnd};
  for (std::size_t i = 0; i < joiner.traces_.size(); ++i) {
    names.push_back(joiner.traces_[i].name);
    if (rule != joiner.traces_[i].name) continue;
    joiner.traces_ = joiner.traces_.subspan(i, 1);
    return joiner;
  }
  const auto nearest = text::nearest(rule, names);
  return invalid("'" + std::string(rule) + "' joins no lines; " +
                 (nearest.empty() ? "one of " + joiner_choices() : "did you mean '" + std::string(nearest) + "'?"));
}

bool Joiner::found(std::string_view line) const { return re2::RE2::PartialMatch(re2::StringPiece(line.data(), line.size()), *pattern_); }

bool Joiner::goes_on(std::string_view line, Progress& progress) const {
  const bool first = progress.scanned == 0;
  switch (rule_) {
    case Rule::start: return first || !found(line);
    case Rule::follow: return first || found(line);
    case Rule::end: {
      const bool before_end = !progress.ended;
      progress.ended = progress.ended || found(line);
      return before_end;
    }
    case Rule::traces: break;
  }
  bool any = first || line.starts_with(' ') || line.starts_with('\t');
  // Each is told, whatever the others say.
  for (std::size_t i = 0; i < traces_.size(); ++i) any |= traces_[i].goes_on(progress.states[i], line);
  return any;
}

std::optional<Event> Joiner::next(std::string_view text, More more, std::size_t bytes_max, Progress& progress) const {
  const auto end = find_end(text, progress);
  const std::string_view all = text.substr(0, end.value_or(text.size()));
  std::size_t size = end || more == More::none ? all.size() : more == More::paused ? progress.scanned : 0;
  const bool whole = all.size() <= bytes_max + (all.ends_with('\n') ? 1 : 0);
  if (!whole) {
    const std::size_t newline = text::last_line_end(all.substr(0, bytes_max));
    size = newline == std::string_view::npos ? bytes_max : newline + 1;
  }
  if (size == 0) return std::nullopt;
  progress = {};
  return Event{without_last_newlines(all.substr(0, size)), size, whole};
}

// Where the line begins that does not go on with the event; nullopt if all whole lines do, and the next might.
std::optional<std::size_t> Joiner::find_end(std::string_view text, Progress& progress) const {
  while (!progress.ended) {
    const std::size_t newline = text.find('\n', progress.scanned);
    if (newline == std::string_view::npos) return std::nullopt;
    std::string_view line = text.substr(progress.scanned, newline - progress.scanned);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!goes_on(line, progress)) break;
    progress.scanned = newline + 1;
  }
  return progress.scanned;
}

std::string joiner_choices() {
  std::string choices = std::string(kAuto) + "|" + std::string(kIndent);
  for (const Trace& trace : traces()) choices += "|" + std::string(trace.name);
  return choices + "|" + std::string(kStart) + "REGEX|" + std::string(kContinue) + "REGEX|" + std::string(kEnd) + "REGEX";
}

}  // namespace logmill::multiline
