// logstore repair: what can be salvaged of damaged segments.
#include "maintain/repair.h"

#include "logstore/logstore.h"
#include "store/recovery.h"
#include "sys/fd.h"
#include "text/units.h"

namespace logmill::logstore {
namespace {

std::string count_of(std::uint64_t count, std::string_view noun) {
  return text::format_count(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

std::string describe(const maintain::RepairedSegment& segment) {
  std::string line = segment.path + "  ";
  if (segment.kept_as.empty()) return line + "nothing of it can be read; left as it is\n";
  line += count_of(segment.rows, "record") + " salvaged";
  if (segment.columns_lost > 0) line += ", " + count_of(segment.columns_lost, "column") + " of a block lost";
  if (segment.gaps > 0) line += ", " + count_of(segment.gaps, "gap");
  return line + "  original kept as " + segment.kept_as + "\n";
}

}  // namespace

base::Result<cli::Exit> repair(const Options& options, cli::Io& io) {
  if (auto info = io.files.info(options.store.dir); !info) return std::move(info).error();
  // What a killed writer left is sealed first: that, too, keeps the evidence of damage and goes on
  // without it.
  LOGMILL_ASSIGN_OR_RETURN(const store::RecoveryResult recovered,
                           store::recover_store(io.files, options.store.dir, {.zstd_level = options.writer.zstd_level}, io.reporter));
  LOGMILL_ASSIGN_OR_RETURN(const auto lock, maintain::MaintenanceLock::try_take(io.files, options.store.dir));
  if (!lock) return base::Error{base::ErrorCode::again, options.store.dir + ": another process maintains this store"};
  LOGMILL_ASSIGN_OR_RETURN(const maintain::RepairResult result,
                           maintain::repair_store(io.files, options.store.dir, *lock, options.writer.zstd_level, io.reporter));
  std::string lines;
  for (const maintain::RepairedSegment& segment : result.repaired) lines += describe(segment);
  lines += "checked " + count_of(result.segments_checked, "segment") + ", sealed " + text::format_count(recovered.segments_sealed) +
           ", repaired " + text::format_count(result.repaired.size()) + "\n";
  const cli::Exit exit = result.repaired.empty() ? cli::Exit::done : cli::Exit::no;
  if (io.quiet && exit == cli::Exit::done) return exit;
  LOGMILL_RETURN_IF_ERROR(sys::write_all(io.out, lines));
  return exit;
}

}  // namespace logmill::logstore
