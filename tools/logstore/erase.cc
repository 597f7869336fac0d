// logstore delete: the right to be forgotten.
#include "logstore/logstore.h"
#include "maintain/purge.h"
#include "sys/fd.h"
#include "sys/user_id.h"
#include "text/units.h"

namespace logmill::logstore {
namespace {

// A writer looks for requests twice a second.
constexpr int kRetryMs = 100;

base::Status wait_a_moment(cli::Io& io) {
  LOGMILL_ASSIGN_OR_RETURN(const auto woken, sys::wait_readable(io.stop.fd(), kRetryMs, -1));
  if (woken == sys::Readiness::timeout) return {};
  return base::Error{base::ErrorCode::again, "stopped; what matches stays hidden, and the next maintenance removes it"};
}

// Until the request is gone. Others may maintain the store, and writers hold live segments: both
// are waited for.
base::Status finish(maintain::Purge& purge, const std::string& store, cli::Io& io) {
  bool said = false;
  while (true) {
    LOGMILL_ASSIGN_OR_RETURN(const auto lock, maintain::MaintenanceLock::try_take(io.files, store));
    if (lock) {
      LOGMILL_ASSIGN_OR_RETURN(const bool complete, purge.pass(*lock));
      if (complete) return {};
      if (!said) io.reporter.info(store + ": waiting for writers to seal " + text::format_count(purge.awaited()) + " live segments");
      said = true;
    }
    LOGMILL_RETURN_IF_ERROR(wait_a_moment(io));
  }
}

base::Result<maintain::PurgeCounters> carry_out(const store::Tombstone& request, const Options& options, cli::Io& io) {
  const maintain::PurgeOptions purging{
      .zstd_level = options.writer.zstd_level, .cold_level = options.maintenance.cold.zstd_level, .user = sys::user_id(), .stopped = [&io] {
        return io.stop.requested();
      }};
  LOGMILL_ASSIGN_OR_RETURN(auto purge, maintain::Purge::make(io.files, options.store.dir, request, purging, io.clock, io.reporter));
  LOGMILL_RETURN_IF_ERROR(finish(purge, options.store.dir, io));
  return purge.counters();
}

std::string describe(const maintain::PurgeCounters& counters, bool dry_run) {
  std::string line =
      (dry_run ? "would delete " : "deleted ") + text::format_count(counters.records) + (counters.records == 1 ? " record" : " records");
  if (counters.records == 0) return line + "\n";
  line += ": " + text::format_count(counters.segments_rewritten) +
          (dry_run ? " segments to be written anew, " : " segments written anew, ") + text::format_count(counters.segments_removed) +
          (dry_run ? " to be removed" : " removed") + "; " + text::format_size(counters.bytes_before) + " before";
  if (!dry_run) line += ", " + text::format_size(counters.bytes_after) + " now";
  return line + "\n";
}

}  // namespace

base::Result<store::Tombstone> deletion_request(const Options& options, base::TimeNs now) {
  return maintain::deletion_request(options.filter, {"--since", options.since}, {"--until", options.until}, now);
}

base::Result<cli::Exit> erase(const Options& options, cli::Io& io) {
  const std::string& store = options.store.dir;
  if (auto info = io.files.info(store); !info) return std::move(info).error();
  LOGMILL_ASSIGN_OR_RETURN(store::Tombstone request, deletion_request(options, io.clock.now()));
  maintain::PurgeCounters counters;
  if (options.dry_run) {
    LOGMILL_ASSIGN_OR_RETURN(counters, maintain::Purge::count(io.files, store, request, io.reporter));
  } else {
    LOGMILL_ASSIGN_OR_RETURN(request, store::write_tombstone(io.files, store, std::move(request)));
    if (options.no_wait) return cli::Exit::done;
    // With those that were interrupted before.
    LOGMILL_ASSIGN_OR_RETURN(const auto requests, store::list_tombstones(io.files, store));
    for (const store::Tombstone& each : requests) {
      LOGMILL_ASSIGN_OR_RETURN(const auto purged, carry_out(each, options, io));
      if (each.id == request.id) counters = purged;
    }
  }
  if (!io.quiet || options.dry_run) LOGMILL_RETURN_IF_ERROR(sys::write_all(io.out, describe(counters, options.dry_run)));
  return counters.records > 0 ? cli::Exit::done : cli::Exit::no;
}

}  // namespace logmill::logstore
