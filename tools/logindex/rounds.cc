#include "logindex/rounds.h"

#include <string>

#include "sys/fd.h"

namespace logmill::logindex {
namespace {

// How long something may be there before --watch sees it.
constexpr int kWatchIntervalMs = 2'000;

}  // namespace

base::Result<cli::Exit> Rounds::run(const std::function<base::Result<cli::Exit>()>& round) {
  while (true) {
    printed_ = false;
    LOGMILL_ASSIGN_OR_RETURN(const cli::Exit exit, round());
    if (!options_.watch) return exit;
    LOGMILL_ASSIGN_OR_RETURN(const auto waited, sys::wait_readable(io_.stop.fd(), kWatchIntervalMs, io_.stop.fd()));
    if (waited != sys::Readiness::timeout) return exit;
  }
}

base::Status Rounds::line(const SegmentIndex& about, std::string_view action) {
  printed_ = true;
  if (io_.quiet && options_.action != Action::list) return {};
  std::string line;
  if (options_.json)
    append_json_line(line, about, action);
  else
    append_text_line(line, about, action);
  return sys::write_all(io_.out, line);
}

base::Status Rounds::totals(const Totals& totals) {
  if (options_.json || io_.quiet || (options_.watch && !printed_)) return {};
  std::string text;
  append_totals(text, totals);
  return sys::write_all(io_.out, text);
}

}  // namespace logmill::logindex
