#include "base/hash.h"
#include "logload/lane.h"
#include "logload/load.h"
#include "logload/logload.h"
#include "logload/report.h"
#include "logload/verify.h"
#include "sys/entropy.h"
#include "sys/fd.h"
#include "sys/pause.h"
#include "text/digits.h"

namespace logmill::logload {

namespace {

// How long the store behind a receiver may be without news before it counts as all that will come.
constexpr std::int64_t kVerifyPatienceNs = 3 * base::kNsPerSecond;
constexpr std::int64_t kVerifyPauseNs = 250 * base::kNsPerMs;

std::string random_run_name() {
  std::string name;
  for (const std::uint8_t byte : sys::random_id()) text::append_hex_byte(name, byte);
  return name;
}

// Reads the store again while it still grows: the receiver's own writer commits when it likes.
base::Result<Verdict> verify(const std::string& store, const std::string& run, const std::vector<LaneTotals>& lanes, cli::Io& io) {
  std::uint64_t stored = 0;
  std::int64_t patience_ends = io.clock.steady_ns() + kVerifyPatienceNs;
  while (true) {
    LOGMILL_ASSIGN_OR_RETURN(const Verdict verdict, verify_store(io.files, store, run, lanes, io.reporter));
    if (verdict.lost == 0 || io.stop.requested()) return verdict;
    const std::int64_t now = io.clock.steady_ns();
    if (verdict.stored > stored) patience_ends = now + kVerifyPatienceNs;
    if (now >= patience_ends) return verdict;
    stored = verdict.stored;
    sys::pause(kVerifyPauseNs, io.stop);
  }
}

base::Result<LoadOutcome> send(const Logload::Options& options, const std::string& run, cli::Io& io) {
  std::vector<std::unique_ptr<Lane>> lanes;
  for (std::uint64_t i = 0; i < options.connections; ++i) {
    LOGMILL_ASSIGN_OR_RETURN(auto lane, open_lane(options, io));
    lanes.push_back(std::move(lane));
  }
  const LoadOptions load{.rate = options.rate,
                         .warmup_ns = options.warmup_ns,
                         .duration_ns = options.duration_ns,
                         .drain_ns = options.drain_ns,
                         .seed = options.seed,
                         .run = run};
  return run_load(
      lanes, load,
      {.clock = io.clock, .pause = [&io](std::int64_t ns) { sys::pause(ns, io.stop); }, .stopped = [&io] { return io.stop.requested(); }});
}

}  // namespace

base::Result<cli::Exit> Logload::run(const Options& options, cli::Io& io) {
  const std::string run_name = random_run_name();
  LOGMILL_ASSIGN_OR_RETURN(LoadOutcome outcome, send(options, run_name, io));
  LoadResult& result = outcome.result;
  if (!result.trouble.empty()) io.reporter.warn("load", options.to + ": " + result.trouble);

  const bool into_store = kind_of(options.to) == TargetKind::store;
  const std::string store = options.verify.empty() && into_store ? options.to : options.verify;
  if (!store.empty()) {
    LOGMILL_ASSIGN_OR_RETURN(result.verdict, verify(store, run_name, outcome.lanes, io));
  }

  // Where the records themselves go to standard output, the report must not.
  const int out = options.to == "-" ? io.err : io.out;
  LOGMILL_RETURN_IF_ERROR(sys::write_all(out, options.json ? format_report_json(options, result) : format_report(options, result)));

  bool failed = false;
  for (const Threshold& threshold : options.fail_if) {
    if (!exceeded(threshold, result)) continue;
    io.reporter.warn("fail-if", "failed: " + threshold.text);
    failed = true;
  }
  if (!result.trouble.empty()) return cli::Exit::retry;
  return failed ? cli::Exit::no : cli::Exit::done;
}

}  // namespace logmill::logload
