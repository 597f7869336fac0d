#include <algorithm>
#include <string>

#include "cli/statistics.h"
#include "loggen/feed.h"
#include "loggen/loggen.h"
#include "loggen/output.h"
#include "loggen/plan.h"
#include "loggen/pump.h"
#include "loggen/replay.h"
#include "sys/entropy.h"
#include "sys/fd.h"
#include "sys/pause.h"
#include "text/units.h"

namespace logmill::loggen {

namespace {

// Later than this on average, and the rate was not kept; people should know.
constexpr std::uint64_t kLagTolerated = 100 * base::kNsPerMs;

std::uint64_t random_seed() {
  std::uint64_t seed;
  sys::fill_random(&seed, sizeof seed);
  return seed;
}

base::Result<std::unique_ptr<Output>> open_output(const Loggen::Options& options, const Plan& plan, const FormatContext& context,
                                                  cli::Io& io) {
  const bool ring = options.to.starts_with("ring:");
  const bool text = plan.format->make != nullptr;
  const bool replay = !options.replay.empty();
  const auto make_format = [&] { return text && !replay ? plan.format->make(context) : nullptr; };
  if (!ring && (text || (replay && options.format.empty()))) return open_text_output(options.to, make_format(), io);
  if (options.to == "-" && io.out_is_terminal)
    return base::Error{base::ErrorCode::invalid, "frames are not for a terminal: use -o json, or a pipe"};
  // In batches, JSON is what records are anyway.
  const bool as_lines = text && plan.format->name != "json";
  return open_batch_output({.endpoint = options.to,
                            .compress = options.compress,
                            .context = context,
                            .format = as_lines ? make_format() : nullptr,
                            .stream = replay ? record::StreamId{} : name_stream(options, plan.generator)},
                           io);
}

base::Result<std::unique_ptr<Feed>> open_feed(const Loggen::Options& options, const Plan& plan, const generate::World& world, cli::Io& io) {
  if (!options.replay.empty()) return open_replay(options, plan, io);
  return std::unique_ptr<Feed>(std::make_unique<EventFeed>(world, plan.generator, plan.due_scale));
}

void report_lag(const Loggen::Options& options, const base::Histogram& lag, cli::Io& io) {
  const auto text = [&](double percent) { return text::format_duration(static_cast<std::int64_t>(lag.percentile(percent))); };
  if (lag.percentile(50) > kLagTolerated)
    io.reporter.warn("lag", "the rate was not kept: half of the records were more than " + text(50) + " late");
  if (!options.stats.enabled || lag.count() == 0) return;
  const std::string line = "loggen: behind schedule: p50 " + text(50) + ", p99 " + text(99) + ", max " + text(100) + "\n";
  // Statistics that nobody can read are no reason to end.
  [[maybe_unused]] const auto written = sys::write_all(io.err, line);
}

}  // namespace

base::Result<cli::Exit> Loggen::run(const Options& options, cli::Io& io) {
  LOGMILL_ASSIGN_OR_RETURN(const Plan plan, make_plan(options, io.clock.now(), random_seed()));
  const generate::World world(options.services, options.hosts);
  const FormatContext context{world, options.sequence ? generate::Sequence::field : generate::Sequence::left_out};
  LOGMILL_ASSIGN_OR_RETURN(const auto output, open_output(options, plan, context, io));
  LOGMILL_ASSIGN_OR_RETURN(const auto feed, open_feed(options, plan, world, io));

  cli::Statistics statistics(kName, options.stats, io);
  const auto count = [&](std::uint64_t sent) {
    statistics.counters.records_in = statistics.counters.records_out = sent;
    statistics.counters.bytes_in = statistics.counters.bytes_out = output->bytes_out();
  };
  const PumpWorld surroundings{.clock = io.clock,
                               .pause =
                                   [&](std::int64_t ns) {
                                     const std::int64_t due = statistics.due_in();
                                     sys::pause(due < 0 ? ns : std::min(ns, std::max<std::int64_t>(due, 1)), io.stop);
                                   },
                               .stopped = [&] { return io.stop.requested(); },
                               .tick =
                                   [&](std::uint64_t sent) {
                                     count(sent);
                                     statistics.tick();
                                   }};
  LOGMILL_ASSIGN_OR_RETURN(const PumpReport report, pump(*feed, *output, plan.pump, surroundings));
  LOGMILL_RETURN_IF_ERROR(output->close());
  count(report.sent);
  statistics.finish();
  report_lag(options, report.lag, io);
  return cli::Exit::done;
}

}  // namespace logmill::loggen
