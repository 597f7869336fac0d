#include "loggen/format.h"

namespace logmill::loggen {

#define FORMATS(X) \
  X(kJson)         \
  X(kLogfmt)       \
  X(kNginx)        \
  X(kApache)       \
  X(kSyslog)       \
  X(kRfc5424)      \
  X(kJava)         \
  X(kFrames)

#define DECLARE(spec) extern const FormatSpec spec;
FORMATS(DECLARE)
#undef DECLARE

namespace {
#define LIST(spec) &spec,
constexpr const FormatSpec* kFormats[] = {FORMATS(LIST)};
#undef LIST
}  // namespace

extern constexpr FormatSpec kFrames{
    .name = "frames", .summary = "logmill's binary batches, with their place in the run", .make = nullptr, .numbered = true};

std::span<const FormatSpec* const> formats() { return kFormats; }

const FormatSpec* find_format(std::string_view name) {
  for (const FormatSpec* spec : kFormats)
    if (spec->name == name) return spec;
  return nullptr;
}

}  // namespace logmill::loggen
