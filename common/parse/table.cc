// The one list of formats. Order is that of auto mode: the more telling the look of a line, the
// earlier.
#include <algorithm>

#include "parse/parser.h"

#define PARSERS(X) \
  X(kDocker)       \
  X(kJson)         \
  X(kRfc5424)      \
  X(kCri)          \
  X(kNginxError)   \
  X(kApacheError)  \
  X(kGlog)         \
  X(kLogcat)       \
  X(kAudit)        \
  X(kCluster)      \
  X(kProxifier)    \
  X(kNginx)        \
  X(kApache)       \
  X(kPostgres)     \
  X(kPostgresCsv)  \
  X(kStrace)       \
  X(kZap)          \
  X(kSyslog)       \
  X(kLogfmt)       \
  X(kCompose)      \
  X(kRedis)        \
  X(kApplication)  \
  X(kJava)         \
  X(kPython)       \
  X(kStamped)      \
  X(kPlain)

namespace logmill::parse {

#define DECLARE(name) extern const ParserSpec name;
PARSERS(DECLARE)
#undef DECLARE

namespace {
#define LIST(name) &name,
constexpr const ParserSpec* kParsers[] = {PARSERS(LIST)};
#undef LIST
}  // namespace

std::span<const ParserSpec* const> parsers() { return kParsers; }

const FormatsByStart& formats_by_start() {
  static_assert(std::size(kParsers) <= 64);
  static const FormatsByStart formats = [] {
    FormatsByStart made{};
    for (std::size_t i = 0; i < std::size(kParsers); ++i) {
      const ParserSpec& spec = *kParsers[i];
      if (spec.likely == nullptr) continue;
      const std::uint64_t bit = std::uint64_t{1} << i;
      for (std::size_t first = 0; first < made.by_byte.size(); ++first)
        if (spec.starts == nullptr || spec.starts(static_cast<char>(first))) made.by_byte[first] |= bit;
      for (std::size_t marks = 0; marks < made.by_marks.size(); ++marks)
        if ((marks & spec.dated) != 0) made.by_marks[marks] |= bit;
    }
    return made;
  }();
  return formats;
}

const ParserSpec* find_parser(std::string_view name) {
  const auto found = std::find_if(std::begin(kParsers), std::end(kParsers), [name](const ParserSpec* spec) { return spec->name == name; });
  return found == std::end(kParsers) ? nullptr : *found;
}

}  // namespace logmill::parse
