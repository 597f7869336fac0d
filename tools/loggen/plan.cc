#include "loggen/plan.h"

#include <string>

#include "base/bytes.h"
#include "base/hash.h"
#include "cli/option_groups.h"
#include "text/time.h"

namespace logmill::loggen {

namespace {

const FormatSpec* choose_format(const Loggen::Options& options) {
  if (!options.format.empty()) return find_format(options.format);
  const bool frames = options.to.starts_with("ring:") || cli::OutputOptions{}.resolve(codec::Format::automatic) == codec::Format::frames;
  return find_format(frames ? "frames" : "json");
}

PumpOptions limits(const Loggen::Options& options) {
  PumpOptions pump;
  if (options.rate > 0) pump.pace = Pace::on_schedule;
  if (options.duration_ns > 0) pump.duration_ns = options.duration_ns;
  const bool open_ended = options.forever || options.duration_ns > 0 || options.rate > 0 || !options.replay.empty();
  pump.count = options.count.value_or(open_ended ? PumpOptions::kUnlimited : Loggen::Options::kCountDefault);
  return pump;
}

base::Result<base::TimeNs> choose_start(const Loggen::Options& options, const Plan& plan, base::TimeNs now) {
  if (!options.start.empty()) {
    auto start = text::parse_user_time(options.start, now, true);
    if (!start) return std::move(start).error().with_context("--start");
    if (*start < 0) return base::Error{base::ErrorCode::invalid, "--start: before 1970"};
    return *start;
  }
  if (options.seed) return kSeededStart;
  if (options.rate > 0 || plan.pump.count == PumpOptions::kUnlimited) return now;
  const double span = static_cast<double>(plan.pump.count) * plan.generator.arrivals.step_ns;
  return span < static_cast<double>(now) ? now - static_cast<base::TimeNs>(span) : 0;
}

}  // namespace

base::Result<Plan> make_plan(const Loggen::Options& options, base::TimeNs now, std::uint64_t random) {
  Plan plan;
  plan.format = choose_format(options);
  plan.pump = limits(options);
  const bool steady = options.rate > 0;
  const double distance_ns = steady ? 1e9 / options.rate : static_cast<double>(kTimeStepDefaultNs);
  const double step_ns = options.time_step_ns > 0 ? static_cast<double>(options.time_step_ns) : distance_ns;
  plan.due_scale = steady ? distance_ns / step_ns : 1;
  plan.generator = {.seed = options.seed.value_or(random),
                    .start = 0,
                    .arrivals = {.kind = steady ? generate::ArrivalKind::steady : generate::ArrivalKind::poisson,
                                 .step_ns = step_ns,
                                 .burst_factor = options.burst_factor},
                    .levels = options.levels,
                    .trace_length = options.trace_length};
  LOGMILL_ASSIGN_OR_RETURN(plan.generator.start, choose_start(options, plan, now));
  return plan;
}

record::StreamId name_stream(const Loggen::Options& options, const generate::GeneratorOptions& generator) {
  std::string text = "loggen 1";  // the number changes with the records that a seed gives
  base::append_le(text, generator.seed);
  base::append_le(text, generator.start);
  base::append_le(text, static_cast<std::uint8_t>(generator.arrivals.kind));
  base::append_le(text, static_cast<std::uint64_t>(generator.arrivals.step_ns * 65'536));
  base::append_le(text, generator.arrivals.burst_factor);
  base::append_le(text, generator.trace_length);
  for (const std::uint64_t weight : generator.levels) base::append_le(text, weight);
  for (const std::string& name : options.services) base::append_string(text, name);
  text.push_back('\0');  // where the services end
  for (const std::string& name : options.hosts) base::append_string(text, name);
  base::append_string(text, options.format);
  text.push_back(options.sequence ? '1' : '0');
  return base::xxh3_128(text);
}

}  // namespace logmill::loggen
