#include <CLI/CLI.hpp>
#include <algorithm>

#include "alert/engine.h"
#include "alert/rules_file.h"
#include "alert/silences.h"
#include "logalert/logalert.h"

namespace logmill::logalert {
namespace {

// The program and what it reads at a time need most of it.
constexpr std::uint64_t kMemoryMin = 64 << 20;

// The program, SQLite, and what is read at a time.
constexpr std::uint64_t kReadingBytes = 40 << 20;

}  // namespace

std::uint64_t held_bytes_max(const Options& options) { return options.memory_bytes - std::min(options.memory_bytes, kReadingBytes); }

void Logalert::add_options(CLI::App& app, Options& options) {
  app.add_option("RULES", options.rules, "The rules, a TOML file: logalert-rules(5).")->required();
  options.store.add(app);
  app.add_option_function<std::string>(
         "-i,--input",
         [&options](const std::string& name) {
           const auto format = codec::format_from_name(name);
           if (!format) throw CLI::ValidationError("'" + name + "' is no format; try frames or ndjson");
           options.input = *format;
         },
         "What standard input holds, without a store. Found by the first bytes unless given.")
      ->type_name("frames|ndjson")
      ->group("Input");
  app.add_flag("--test", options.test,
               "Try the rules on what there is from --from to --to: print what would have been told, deliver nothing.")
      ->group("Work");
  app.add_flag("--check", options.check_only, "Only read the rules; status 2 if they cannot be understood.")->group("Work");
  app.add_option("-S,--since,--from", options.since,
                 "Begin at this time, not now: 2h, \"2h ago\", yesterday, a date. What the state has goes before.")
      ->type_name("TIME")
      ->group("Work");
  app.add_option("-U,--until,--to", options.until, "Of --test: end at this time. Default: now.")->type_name("TIME")->group("Work");
  app.add_option("--state", options.state, "The file that remembers what was told. Default: RULES with .db at its end.")
      ->type_name("FILE")
      ->group("Work");
  cli::add_duration(app, "--wait", options.wait_ns, "How long after the end of a window its records may still come. Default: 5s.")
      ->group("Work");
  app.add_flag("--utc", options.utc, "Times in --from and --to are in UTC, not in the local zone.")->group("Work");
  app.add_flag("--list", options.list, "Print the series that are pending or firing, and the silences, as lines of JSON.")->group("State");
  app.add_flag("--history", options.history, "Print the changes of all series, as lines of JSON.")->group("State");
  app.add_option("--silence", options.silence, "Tell of no series whose labels (and rule) match, --for so long; prints its number.")
      ->type_name("FILTER")
      ->group("State");
  cli::add_duration(app, "--for", options.silence_ns, "Of --silence: how long.")->group("State");
  app.add_option("--comment", options.comment, "Of --silence: why.")->type_name("TEXT")->group("State");
  app.add_option("--unsilence", options.unsilence, "End the silence of this number.")
      ->type_name("NUMBER")
      ->check(CLI::PositiveNumber)
      ->group("State");
  cli::add_size(app, "--memory", options.memory_bytes,
                "Bound of the process's memory; what does not fit is left out, and said. Default: 256MiB.")
      ->group("Limits");
  app.add_flag("--stats", options.stats, "Print at the end what was read and told, to stderr.")->group("Statistics");
  app.add_option("--metrics", options.metrics_file,
                 "Keep a file with the same, and what fires, as Prometheus text; %p in its name is the process id.")
      ->type_name("FILE")
      ->group("Statistics");
  options.grace.add(app);
}

base::Status Logalert::check(const Options& options) {
  const auto rules = alert::read_rules(options.rules);
  if (!rules) return rules.error();
  if (options.check_only) return {};
  if (!options.silence.empty()) {
    if (const auto filter = alert::parse_silence(options.silence); !filter) return filter.error();
    if (options.silence_ns == 0) return base::Error{base::ErrorCode::invalid, "--silence: say --for how long"};
  }
  if (!options.until.empty() && !options.test) return base::Error{base::ErrorCode::invalid, "--to is for --test"};
  if (options.memory_bytes < kMemoryMin)
    return base::Error{base::ErrorCode::invalid, "--memory: at least 64MiB: the program and what it reads at a time take most of that"};
  LOGMILL_RETURN_IF_ERROR(alert::check_room(*rules, alert::Room(held_bytes_max(options), "")));
  return {};
}

}  // namespace logmill::logalert
