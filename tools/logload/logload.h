// logload: sends logs at a fixed rate, whatever comes back, and measures what became of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/exit.h"
#include "cli/io.h"
#include "logload/threshold.h"
#include "transport/transport.h"

namespace CLI {
class App;
}

namespace logmill::logload {

struct Logload {
  static constexpr std::string_view kName = "logload";
  static constexpr std::string_view kSummary = "measures how many logs a receiver or store takes, and how fast";
  static constexpr std::string_view kUsage = "--to URL|DIR [OPTIONS]";
  static constexpr std::string_view kExamples =
      "  logload --to store -r 50k/s -t 10s                a store in a folder\n"
      "  logload --to tcp://127.0.0.1:5140 -r 10k/s -c 4   a logrecv, over four connections\n"
      "  logload --to tcp://h:5140 --verify /srv/store     and prove that nothing was lost\n"
      "  logload --to store --fail-if 'p99>50ms, loss>0'   for a nightly job\n";

  struct Options {
    std::string to;
    double rate = 10'000;                                // records a second
    std::int64_t duration_ns = 10 * base::kNsPerSecond;  // of sending, after the warm-up
    std::int64_t warmup_ns = 0;
    std::uint64_t connections = 1;
    std::int64_t commit_interval_ns = 150 * base::kNsPerMs;
    std::int64_t drain_ns = 10 * base::kNsPerSecond;
    std::uint64_t seed = 1;
    std::string verify;  // a store; empty: that of `to`, if it is one
    std::vector<Threshold> fail_if;
    bool json = false;
    transport::TlsOptions tls;
  };

  static constexpr std::uint64_t kConnectionsMax = 1'000;

  static void add_options(CLI::App& app, Options& options);
  static base::Status check(const Options& options);
  static base::Result<cli::Exit> run(const Options& options, cli::Io& io);
};

}  // namespace logmill::logload
