#include <CLI/CLI.hpp>

#include "cli/tls_options.h"
#include "logship/logship.h"

namespace logmill::logship {
namespace {

constexpr std::int64_t kGiveUpAfterNs = 300 * base::kNsPerSecond;

base::Error invalid(std::string what) { return {base::ErrorCode::invalid, std::move(what)}; }

void add_wire_options(CLI::App& app, Logship::Options& options) {
  app.add_option_function<std::string>(
         "--format",
         [&options](const std::string& name) {
           options.wire_given = true;
           options.wire = name == "ndjson" ? Wire::ndjson : name == "raw" ? Wire::raw : name == "syslog" ? Wire::syslog : Wire::frames;
         },
         "What to send. Default: frames, which logrecv acknowledges; syslog over datagrams.")
      ->type_name("frames|ndjson|raw|syslog")
      ->check(CLI::IsMember({"frames", "ndjson", "raw", "syslog"}))
      ->group("Wire");
  app.add_option_function<std::string>(
         "--compress", [&options](const std::string& name) { options.compress = name == "zstd"; }, "Compress frames. Default: zstd.")
      ->type_name("zstd|none")
      ->check(CLI::IsMember({"zstd", "none"}))
      ->group("Wire");
  app.add_flag("!--no-ack", options.acknowledged, "Do not wait until the receiver has acknowledged.")->group("Wire");
}

void add_batch_options(CLI::App& app, Logship::Options& options) {
  cli::add_count(app, "--batch-records", options.batch_records, "Send when so many records are there. Default: 10000.")->group("Batches");
  cli::add_size(app, "--batch-bytes", options.batch_bytes, "Send when so much text is there. Default: 256KiB.")->group("Batches");
  cli::add_duration(app, "--batch-interval", options.batch_interval_ns, "Gather at most for this long after a small batch. Default: 50ms.")
      ->group("Batches");
  cli::add_size(app, "--window", options.window_bytes,
                "Hold at most this much that is not acknowledged, then stop reading. Default: 32MiB.")
      ->group("Batches");
}

void add_retry_options(CLI::App& app, Logship::Options& options) {
  cli::add_duration(app, "--min-backoff", options.backoff_min_ns, "First wait before connecting again. Default: 100ms.")
      ->group("Broken connections");
  cli::add_duration(app, "--max-backoff", options.backoff_max_ns, "Longest wait; each is random below it. Default: 30s.")
      ->group("Broken connections");
  cli::add_count(app, "--retries", options.retries_max, "Give up after so many attempts in a row. Default: 0, no limit.")
      ->group("Broken connections");
  cli::add_duration(app, "--give-up-after", options.give_up_after_ns,
                    "Give up when nothing was acknowledged for so long; 0s: never. Default: 5m; never with --spool.")
      ->group("Broken connections");
  cli::add_duration(app, "--dead-after", options.dead_after_ns, "A receiver that says nothing for so long is dead. Default: 30s.")
      ->group("Broken connections");
  cli::add_duration(app, "--grace", options.grace_ns, "When told to stop, wait this long for acknowledgements. Default: 5s.")
      ->group("Broken connections");
}

}  // namespace

void Logship::add_options(CLI::App& app, Options& options) {
  app.add_option("url", options.url, "The receiver: tcp://HOST:PORT, tls://HOST:PORT, udp://HOST:PORT, unix:/PATH.")
      ->type_name("URL")
      ->required();
  options.input.add(app);
  add_wire_options(app, options);
  add_batch_options(app, options);
  cli::add_overload(app, options.overload,
                    "When more comes than the receiver takes: let the input wait (block), or drop more and more (sample) or all (shed) "
                    "records below WARN, and say so in the stream. Default: block.")
      ->group("Batches");
  add_retry_options(app, options);
  options.spool.add(app, "Keep frames in this folder until they are acknowledged: a receiver may be away for days.");
  cli::add_tls_options(app, options.tls);
  options.stats.add(app);
}

base::Status Logship::check(const Options& options) {
  const auto address = transport::parse_address(options.url);
  if (!address) return address.error();
  const bool datagrams = address->transport->carries == transport::TransportSpec::Carries::datagrams;
  if (datagrams && options.wire_given && options.wire == Wire::frames)
    return invalid("--format frames needs a connection: tcp, tls or unix");
  LOGMILL_RETURN_IF_ERROR(cli::check_tls_options(options.tls));
  if (options.overload != record::OverloadPolicy::block && wire_of(options, *address) != Wire::frames)
    return invalid("--overload: only frames say what was dropped; leave out --format");
  if (options.spool.dir.empty()) return {};
  if (wire_of(options, *address) != Wire::frames || !options.acknowledged)
    return invalid("--spool: only frames over a connection are acknowledged; leave out --format and --no-ack");
  return options.spool.check();
}

Wire wire_of(const Logship::Options& options, const transport::Address& address) {
  const bool datagrams = address.transport->carries == transport::TransportSpec::Carries::datagrams;
  return !options.wire_given && datagrams ? Wire::syslog : options.wire;
}

std::int64_t give_up_after_ns(const Logship::Options& options) {
  if (options.give_up_after_ns >= 0) return options.give_up_after_ns;
  return options.spool.dir.empty() ? kGiveUpAfterNs : 0;
}

}  // namespace logmill::logship
