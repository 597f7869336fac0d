// logship: records in, over the network to another host.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "cli/exit.h"
#include "cli/io.h"
#include "cli/option_groups.h"
#include "transport/transport.h"

namespace CLI {
class App;
}

namespace logmill::logship {

// What goes over the wire.
enum class Wire {
  frames,  // the native link, acknowledged
  ndjson,
  raw,
  syslog,  // RFC 5424; counted (RFC 6587) unless each record is a datagram
};

struct Logship {
  static constexpr std::string_view kName = "logship";
  static constexpr std::string_view kSummary = "sends records to another host";
  static constexpr std::string_view kUsage = "[OPTIONS] URL";
  static constexpr std::string_view kExamples =
      "  logcollect /var/log/syslog | logship tcp://loghost:5140\n"
      "  logship --from app.log --ca-cert ca.pem tls://loghost:6514\n"
      "  logcollect --resume spool:Q app.log | logship --spool Q tcp://loghost:5140\n"
      "  logparse app.log | logship --format syslog udp://oldhost:514\n";

  struct Options {
    std::string url;
    cli::InputOptions input;
    Wire wire = Wire::frames;
    bool wire_given = false;
    bool compress = true;
    bool acknowledged = true;
    // A batch goes out when it holds so much, or is so old.
    std::uint64_t batch_records = 10'000;
    std::uint64_t batch_bytes = 256 << 10;
    std::int64_t batch_interval_ns = 50 * base::kNsPerMs;
    std::uint64_t window_bytes = 32 << 20;
    std::int64_t backoff_min_ns = 100 * base::kNsPerMs;
    std::int64_t backoff_max_ns = 30 * base::kNsPerSecond;
    std::int64_t give_up_after_ns = -1;  // -1: 5 minutes, or never with a spool
    std::uint64_t retries_max = 0;
    std::int64_t dead_after_ns = 30 * base::kNsPerSecond;
    std::int64_t grace_ns = 5 * base::kNsPerSecond;
    cli::SpoolOptions spool;  // none: frames wait in memory
    record::OverloadPolicy overload = record::OverloadPolicy::block;
    transport::TlsOptions tls;
    cli::StatsOptions stats;
  };

  static void add_options(CLI::App& app, Options& options);
  static base::Status check(const Options& options);
  static base::Result<cli::Exit> run(const Options& options, cli::Io& io);
};

// The wire that was asked for, or what the address carries.
Wire wire_of(const Logship::Options& options, const transport::Address& address);
// 0: never. What waits in a spool can wait for ever.
std::int64_t give_up_after_ns(const Logship::Options& options);

}  // namespace logmill::logship
