// The actions that read no records.
#include <algorithm>
#include <string>
#include <vector>

#include "logstore/logstore.h"
#include "crypt/encrypted_file_system.h"
#include "maintain/maintainer.h"
#include "maintain/rekey.h"
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

base::Result<maintain::MaintenanceLock> lock_store(const Options& options, cli::Io& io) {
  LOGMILL_ASSIGN_OR_RETURN(auto lock, maintain::MaintenanceLock::try_take(io.files, options.store.dir));
  if (!lock) return base::Error{base::ErrorCode::again, options.store.dir + ": another process maintains this store"};
  return *std::move(lock);
}

base::Result<maintain::Maintainer> make_maintainer(const Options& options, cli::Io& io) {
  LOGMILL_ASSIGN_OR_RETURN(auto policy, maintenance_policy(options));
  return maintain::Maintainer(io.files, options.store.dir, std::move(policy), io.clock, io.reporter, [&io] { return io.stop.requested(); });
}

std::string describe(const maintain::RetentionStep& step) {
  const maintain::SealedSegment& segment = step.segment;
  std::string line = segment.path + "  " + text::format_size(step.bytes_due) + "  " + text::format_count(step.rows_due);
  if (!step.whole()) line += " of " + text::format_count(segment.rows);
  line += " records";
  if (segment.rows > 0) {
    line += "  up to ";
    text::append_time_utc(line, segment.time_max);
  }
  return line + "  " + step.reason + "\n";
}

std::string segments_text(std::uint64_t count) { return text::format_count(count) + (count == 1 ? " segment" : " segments"); }

std::string records_text(std::uint64_t count) { return text::format_count(count) + (count == 1 ? " record" : " records"); }

// What goes altogether, and by which rule.
struct RetentionTotals {
  std::uint64_t segments = 0, parts = 0, rows = 0, bytes = 0;
  std::vector<std::uint64_t> rows_by_rule;

  void add(const maintain::RetentionStep& step) {
    ++(step.whole() ? segments : parts);
    rows += step.rows_due;
    bytes += step.bytes_due;
    rows_by_rule.resize(std::max(rows_by_rule.size(), step.rows_by_rule.size()));
    for (std::size_t rule = 0; rule < step.rows_by_rule.size(); ++rule) rows_by_rule[rule] += step.rows_by_rule[rule];
  }

  std::string describe(const maintain::RetentionPolicy& policy, bool dry_run) const {
    std::string lines;
    for (std::size_t rule = 0; rule < rows_by_rule.size(); ++rule)
      if (rows_by_rule[rule] > 0)
        lines += (rule < policy.rules.size() ? policy.rules[rule].text : "no rule") + "  " + records_text(rows_by_rule[rule]) + "\n";
    lines += (dry_run ? "would delete " : "deleted ") + segments_text(segments) + ", ";
    if (parts > 0) lines += "parts of " + text::format_count(parts) + " more, ";
    return lines + records_text(rows) + ", " + text::format_size(bytes) + "\n";
  }
};

std::string describe(const maintain::CompactionStep& step) {
  return sys::parent(step.paths.front()) + "  " + segments_text(step.paths.size()) + "  " + text::format_size(step.bytes) + "  " +
         text::format_count(step.rows) + " records";
}

// "1.03", of what was written for what there was.
std::string format_ratio(std::uint64_t part, std::uint64_t whole) {
  const std::uint64_t hundredths = whole == 0 ? 0 : part * 100 / whole;
  const std::string cents = std::to_string(hundredths % 100);
  return std::to_string(hundredths / 100) + "." + (cents.size() < 2 ? "0" : "") + cents;
}

}  // namespace

base::Result<cli::Exit> seal_leftovers(const Options& options, cli::Io& io) {
  LOGMILL_RETURN_IF_ERROR(check_exists(options, io));
  LOGMILL_ASSIGN_OR_RETURN(const store::RecoveryResult result,
                           store::recover_store(io.files, options.store.dir, {.zstd_level = options.writer.zstd_level}, io.reporter));
  if (io.quiet) return cli::Exit::done;
  LOGMILL_RETURN_IF_ERROR(
      sys::write_all(io.out, "sealed " + segments_text(result.segments_sealed) + ", " + text::format_count(result.records) + " records\n"));
  return cli::Exit::done;
}

base::Result<cli::Exit> retain(const Options& options, cli::Io& io) {
  LOGMILL_RETURN_IF_ERROR(check_exists(options, io));
  LOGMILL_ASSIGN_OR_RETURN(maintain::Maintainer maintainer, make_maintainer(options, io));
  RetentionTotals totals;
  std::string lines;
  const auto add = [&](const maintain::RetentionStep& step) {
    totals.add(step);
    lines += describe(step);
  };
  if (options.dry_run) {
    LOGMILL_ASSIGN_OR_RETURN(const auto steps, maintainer.plan_retention_now());
    for (const maintain::RetentionStep& step : steps) add(step);
  } else {
    LOGMILL_ASSIGN_OR_RETURN(const auto lock, lock_store(options, io));
    LOGMILL_RETURN_IF_ERROR(maintainer.retain(lock, add));
  }
  LOGMILL_ASSIGN_OR_RETURN(const auto policy, maintenance_policy(options));
  lines += totals.describe(policy.retention, options.dry_run);
  if (io.quiet && !options.dry_run) return cli::Exit::done;  // as cron wants it; a plan was asked for
  LOGMILL_RETURN_IF_ERROR(sys::write_all(io.out, lines));
  return cli::Exit::done;
}

base::Result<cli::Exit> cool(const Options& options, cli::Io& io) {
  LOGMILL_RETURN_IF_ERROR(check_exists(options, io));
  LOGMILL_ASSIGN_OR_RETURN(maintain::Maintainer maintainer, make_maintainer(options, io));
  std::uint64_t segments = 0;
  if (options.dry_run) {
    LOGMILL_ASSIGN_OR_RETURN(const auto due, maintainer.plan_cooling_now());
    segments = due.size();
  } else {
    LOGMILL_ASSIGN_OR_RETURN(const auto lock, lock_store(options, io));
    LOGMILL_RETURN_IF_ERROR(maintainer.cool(lock));
    segments = maintainer.counters().segments_cooled;
  }
  if (io.quiet && !options.dry_run) return cli::Exit::done;
  LOGMILL_RETURN_IF_ERROR(sys::write_all(io.out, (options.dry_run ? "would move " : "moved ") + segments_text(segments) + "\n"));
  return cli::Exit::done;
}

base::Result<cli::Exit> compact(const Options& options, cli::Io& io) {
  LOGMILL_RETURN_IF_ERROR(check_exists(options, io));
  LOGMILL_ASSIGN_OR_RETURN(maintain::Maintainer maintainer, make_maintainer(options, io));
  std::string lines;
  if (options.dry_run) {
    LOGMILL_ASSIGN_OR_RETURN(const auto steps, maintainer.plan_compaction_now());
    std::uint64_t segments = 0, bytes = 0;
    for (const maintain::CompactionStep& step : steps) {
      segments += step.paths.size();
      bytes += step.bytes;
      lines += describe(step) + "\n";
    }
    lines +=
        "would join " + segments_text(segments) + ", " + text::format_size(bytes) + ", into " + text::format_count(steps.size()) + "\n";
    LOGMILL_RETURN_IF_ERROR(sys::write_all(io.out, lines));
    return cli::Exit::done;
  }
  LOGMILL_ASSIGN_OR_RETURN(const auto lock, lock_store(options, io));
  LOGMILL_RETURN_IF_ERROR(maintainer.compact(lock, [&](const auto& step, const store::Rewritten& made) {
    lines += describe(step) + "  now " + text::format_size(made.bytes_after) + "\n";
  }));
  const maintain::MaintenanceCounters& did = maintainer.counters();
  lines += "joined " + segments_text(did.segments_joined) + " into " + text::format_count(did.segments_made);
  if (did.bytes_joined > 0)
    lines += ", wrote " + text::format_size(did.bytes_rewritten) + ": " + format_ratio(did.bytes_rewritten, did.bytes_joined) +
             " bytes for each that was joined";
  if (io.quiet) return cli::Exit::done;
  LOGMILL_RETURN_IF_ERROR(sys::write_all(io.out, lines + "\n"));
  return cli::Exit::done;
}

base::Result<cli::Exit> rekey(const Options& options, cli::Io& io) {
  LOGMILL_RETURN_IF_ERROR(check_exists(options, io));
  LOGMILL_ASSIGN_OR_RETURN(const auto keys, crypt::KeyRing::read(options.store.key.file));
  crypt::EncryptedFileSystem files(sys::os_file_system(), keys, cli::plain_store_files());
  LOGMILL_ASSIGN_OR_RETURN(const auto lock, lock_store(options, io));
  LOGMILL_ASSIGN_OR_RETURN(const maintain::Rekeyed done,
                           maintain::rekey_store(files, options.store.dir, lock, [&io] { return io.stop.requested(); }));
  if (done.live > 0)
    io.reporter.warn("live",
                     text::format_count(done.live) + " live segments have writers with another key: start those anew, then rekey again");
  if (io.quiet) return cli::Exit::done;
  LOGMILL_RETURN_IF_ERROR(sys::write_all(io.out, "encrypted " + text::format_count(done.files) + " files, " +
                                                     text::format_size(done.bytes) + ", with key " + crypt::to_text(keys.first().id) +
                                                     "\n"));
  return cli::Exit::done;
}

}  // namespace logmill::logstore
