#include <string>

#include "flat/retention.h"
#include "logstore/logstore.h"
#include "logstore/target.h"
#include "sys/fd.h"
#include "text/json_writer.h"
#include "text/units.h"

namespace logmill::logstore {

base::Result<cli::Exit> retain_flat(const Options& options, cli::Io& io) {
  const std::string& path = options.store.dir;
  if (auto info = io.files.info(sys::parent(path)); !info) return std::move(info).error();
  LOGMILL_ASSIGN_OR_RETURN(const auto steps, flat::plan_retention(io.files, path, flat_retention(options), io.clock.now()));
  std::uint64_t bytes = 0;
  std::string lines;
  for (const flat::RetentionStep& step : steps) {
    bytes += step.bytes;
    lines += step.path + "  " + text::format_size(step.bytes) + "  up to ";
    text::append_time_utc(lines, step.time);
    lines += "  " + step.reason + "\n";
  }
  if (!options.dry_run) LOGMILL_RETURN_IF_ERROR(flat::apply_retention(io.files, steps));
  lines += (options.dry_run ? "would delete " : "deleted ") + text::format_count(steps.size()) +
           (steps.size() == 1 ? " file, " : " files, ") + text::format_size(bytes) + "\n";
  if (!io.quiet || options.dry_run) LOGMILL_RETURN_IF_ERROR(sys::write_all(io.out, lines));
  return cli::Exit::done;
}

}  // namespace logmill::logstore
