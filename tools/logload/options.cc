#include <CLI/CLI.hpp>

#include "cli/option_groups.h"
#include "cli/tls_options.h"
#include "generate/arrivals.h"
#include "logload/lane.h"
#include "logload/logload.h"

namespace logmill::logload {

namespace {

base::Error usage(std::string what) { return {base::ErrorCode::invalid, std::move(what)}; }

void add_load(CLI::App& app, Logload::Options& options) {
  cli::add_rate(app, "-r,--rate", options.rate, "Records a second, of all connections together. Default: 10k/s.")->group("Load");
  cli::add_duration(app, "-t,--duration", options.duration_ns, "How long to send. Default: 10s.")->group("Load");
  cli::add_duration(app, "--warmup", options.warmup_ns, "Send so long before the measurement begins. Default: 0s.")->group("Load");
  cli::add_count(app, "-c,--connections", options.connections, "Send over so many. Default: 1.")->group("Load");
  cli::add_duration(app, "--drain", options.drain_ns, "Wait at most so long for the last acknowledgements. Default: 10s.")->group("Load");
  cli::add_duration(app, "--commit-interval", options.commit_interval_ns, "Into a store: commit so often. Default: 150ms.")->group("Load");
  app.add_option("--seed", options.seed, "What the records are made from. Default: 1.")->type_name("NUMBER")->group("Load");
}

void add_judgement(CLI::App& app, Logload::Options& options) {
  app.add_option("--verify", options.verify,
                 "Afterwards, read this store and count what is lost, doubled or out of order. "
                 "Default: that of --to.")
      ->type_name("DIR")
      ->group("Result");
  app.add_option_function<std::string>(
         "--fail-if",
         [&options](const std::string& text) {
           auto parsed = parse_thresholds(text);
           if (!parsed) throw CLI::ValidationError(parsed.error().what);
           options.fail_if = *std::move(parsed);
         },
         "End with status 1 if one of these holds: 'p99>50ms, loss>0'.")
      ->type_name("CONDITION,...")
      ->group("Result");
  app.add_flag("--json", options.json, "Print the result as a JSON object.")->group("Result");
}

}  // namespace

void Logload::add_options(CLI::App& app, Options& options) {
  app.add_option("--to", options.to,
                 "What to test: tcp://HOST:PORT, tls://…, unix:/PATH, udp://…, ring:NAME, - or a "
                 "store's folder.")
      ->type_name("URL|DIR")
      ->required()
      ->group("Target");
  add_load(app, options);
  add_judgement(app, options);
  cli::add_tls_options(app, options.tls);
}

base::Status Logload::check(const Options& options) {
  if (options.rate <= 0) return usage("--rate: an open load needs a number");
  if (1e9 / options.rate > generate::kStepMaxNs) return usage("--rate: at least 1 a day");
  if (options.duration_ns <= 0) return usage("--duration: must be longer than 0s");
  if (options.connections == 0 || options.connections > kConnectionsMax) return usage("--connections: 1 to 1000");
  const bool single = kind_of(options.to) == TargetKind::stream;
  if (single && options.connections > 1) return usage("--connections: " + options.to + " takes one writer");
  if (options.to.find("://") != std::string::npos) {
    const auto address = transport::parse_address(options.to);
    if (!address) return address.error();
  }
  return {};
}

}  // namespace logmill::logload
