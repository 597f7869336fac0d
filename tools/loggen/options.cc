#include <CLI/CLI.hpp>

#include "loggen/format.h"
#include "loggen/loggen.h"
#include "loggen/option_values.h"
#include "text/units.h"

namespace logmill::loggen {

namespace {

template <class Value>
void take(base::Result<Value> parsed, auto& to) {
  if (!parsed) throw CLI::ValidationError(parsed.error().what);
  to = *std::move(parsed);
}

std::vector<std::string> format_names() {
  std::vector<std::string> names;
  for (const FormatSpec* spec : formats()) names.emplace_back(spec->name);
  return names;
}

std::string join(const std::vector<std::string>& words, char separator) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : std::string(1, separator)) + word;
  return text;
}

void add_output(CLI::App& app, Loggen::Options& options) {
  const std::vector<std::string> names = format_names();
  app.add_option("-o,--output", options.format, "What the records look like. Default: json.")
      ->type_name(join(names, '|'))
      ->check(CLI::IsMember(names))
      ->group("Output");
  app.add_option("--to", options.to, "Where to write: - (standard output), a path (appended to), ring:NAME.")
      ->type_name("ENDPOINT")
      ->group("Output");
  app.add_flag("--compress", options.compress, "Compress frames with zstd.")->group("Output");
  app.add_flag("--sequence", options.sequence, "Number the records in a field seq, from 0.")->group("Output");
}

void add_amount(CLI::App& app, Loggen::Options& options) {
  app.add_option_function<std::string>(
         "-n,--count", [&options](const std::string& text) { take(text::parse_count(text), options.count); },
         "End after so many records. Default: 1000, without a limit if -r or -t is given.")
      ->type_name("COUNT")
      ->group("Amount");
  cli::add_duration(app, "-t,--duration", options.duration_ns, "End after so much time.")->group("Amount");
  cli::add_rate(app, "-r,--rate", options.rate, "Send so many records a second, each at its time. Default: max.")->group("Amount");
  app.add_flag("--forever", options.forever, "Go on until stopped.")->group("Amount");
}

void add_content(CLI::App& app, Loggen::Options& options) {
  app.add_option("--seed", options.seed, "The same number gives the same bytes, on every machine.")->type_name("NUMBER")->group("Content");
  app.add_option("--start", options.start,
                 "Time of the first record, in UTC. Default: such that the last one is now; with --seed "
                 "2026-01-01.")
      ->type_name("TIME")
      ->group("Content");
  cli::add_duration(app, "--time-step", options.time_step_ns, "Mean distance of the records' times. Default: as the rate says, else 1ms.")
      ->group("Content");
  app.add_option_function<std::string>(
         "--level-mix", [&options](const std::string& text) { take(parse_level_mix(text), options.levels); },
         "How often each level occurs. Default: debug=10,info=80,warn=7,error=3.")
      ->type_name("LEVEL=WEIGHT,...")
      ->group("Content");
  app.add_option_function<std::string>(
         "--services", [&options](const std::string& text) { take(parse_names(text, generate::service_names), options.services); },
         "How many services, or their names, busiest first. Default: 12.")
      ->type_name("COUNT|NAME,...")
      ->group("Content");
  app.add_option_function<std::string>(
         "--hosts", [&options](const std::string& text) { take(parse_names(text, generate::host_names), options.hosts); },
         "How many hosts, or their names. Default: 72.")
      ->type_name("COUNT|NAME,...")
      ->group("Content");
  app.add_option("--trace-length", options.trace_length, "Records that share a trace id, on average; 0: no trace ids. Default: 6.")
      ->type_name("COUNT")
      ->group("Content");
  app.add_option("--bursts", options.burst_factor,
                 "About once a minute, for some seconds, so many times the records and ten times "
                 "the errors.")
      ->type_name("FACTOR")
      ->group("Content");
}

void add_replay(CLI::App& app, Loggen::Options& options) {
  app.add_option("--replay", options.replay, "Repeat this log (plain, .gz, .zst), its times moved so that it begins at --start or now.")
      ->type_name("FILE")
      ->group("Replay");
  app.add_flag("--loop", options.loop, "Begin again at its end.")->group("Replay");
}

base::Error usage(std::string what) { return {base::ErrorCode::invalid, std::move(what)}; }

base::Status check_replay(const Loggen::Options& options) {
  if (options.loop && options.replay.empty()) return usage("--loop goes with --replay");
  if (options.replay.empty()) return {};
  if (options.sequence) return usage("--sequence does not go with --replay: lines stay as they are");
  const FormatSpec* const format = find_format(options.format);
  if (format && format->make) return usage("-o " + options.format + " does not go with --replay: lines stay as they are");
  if (options.loop && options.replay == "-") return usage("--loop needs a file that can be read again");
  return {};
}

}  // namespace

void Loggen::add_options(CLI::App& app, Options& options) {
  add_output(app, options);
  add_amount(app, options);
  add_content(app, options);
  add_replay(app, options);
  options.stats.add(app);
  options.grace.add(app);
}

base::Status Loggen::check(const Options& options) {
  if (options.time_step_ns > static_cast<std::int64_t>(generate::kStepMaxNs)) return usage("--time-step: at most 1d");
  if (options.rate > 0 && 1e9 / options.rate > generate::kStepMaxNs) return usage("--rate: at least 1 a day");
  if (options.trace_length > Options::kTraceLengthMax) return usage("--trace-length: at most 1000000");
  if (options.burst_factor > Options::kBurstFactorMax) return usage("--bursts: at most 1000");
  if (options.forever && options.count) return usage("--forever does not go with --count");
  const FormatSpec* const format = find_format(options.format);
  if (options.sequence && format && !format->numbered) return usage("--sequence: " + options.format + " has no place for it");
  return check_replay(options);
}

}  // namespace logmill::loggen
