// The actions that read no records.
#include <string>

#include "logstore/logstore.h"
#include "maintain/maintenance_lock.h"
#include "store/recovery.h"
#include "sys/fd.h"
#include "text/json_writer.h"
#include "text/units.h"

namespace logmill::logstore {
namespace {

base::Status check_exists(const Options& options, cli::Io& io) {
  if (auto info = io.files.info(options.store.dir); !info) return std::move(info).error();
  return {};
}

std::string describe(const maintain::RetentionStep& step) {
  std::string line = step.path + "  " + text::format_size(step.bytes) + "  " + text::format_count(step.rows) + " records";
  if (step.rows > 0) {
    line += "  up to ";
    text::append_time_utc(line, step.time_max);
  }
  return line + "  " + step.reason + "\n";
}

std::string segments_text(std::uint64_t count) {
  return text::format_count(count) + (count == 1 ? " segment, " : " segments, ");
}

}  // namespace

base::Result<cli::Exit> seal_leftovers(const Options& options, cli::Io& io) {
  LOGMILL_RETURN_IF_ERROR(check_exists(options, io));
  LOGMILL_ASSIGN_OR_RETURN(const store::RecoveryResult result,
                           store::recover_store(io.files, options.store.dir, options.writer.zstd_level, io.reporter));
  if (io.quiet) return cli::Exit::done;
  LOGMILL_RETURN_IF_ERROR(sys::write_all(io.out, "sealed " + segments_text(result.segments_sealed) +
                                                     text::format_count(result.records) + " records\n"));
  return cli::Exit::done;
}

base::Result<cli::Exit> retain(const Options& options, cli::Io& io) {
  LOGMILL_RETURN_IF_ERROR(check_exists(options, io));
  std::optional<maintain::MaintenanceLock> lock;
  if (!options.dry_run) {
    LOGMILL_ASSIGN_OR_RETURN(lock, maintain::MaintenanceLock::try_take(io.files, options.store.dir));
    if (!lock) return base::Error{base::ErrorCode::again, options.store.dir + ": another process maintains this store"};
  }
  LOGMILL_ASSIGN_OR_RETURN(const auto steps,
                           maintain::plan_retention(io.files, options.store.dir, options.maintenance.retention,
                                                    io.clock.now(), io.reporter));
  std::uint64_t bytes = 0;
  std::string lines;
  for (const maintain::RetentionStep& step : steps) {
    bytes += step.bytes;
    lines += describe(step);
  }
  if (!options.dry_run)
    LOGMILL_RETURN_IF_ERROR(maintain::apply_retention(io.files, options.store.dir, steps, *lock, io.reporter));
  lines += (options.dry_run ? "would delete " : "deleted ") + segments_text(steps.size()) +
           text::format_size(bytes) + "\n";
  if (io.quiet && !options.dry_run) return cli::Exit::done;  // as cron wants it; a plan was asked for
  LOGMILL_RETURN_IF_ERROR(sys::write_all(io.out, lines));
  return cli::Exit::done;
}

}  // namespace logmill::logstore
