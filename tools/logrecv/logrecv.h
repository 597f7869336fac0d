// logrecv: records and lines from other hosts and programs in, records out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "cli/exit.h"
#include "cli/io.h"
#include "cli/option_groups.h"
#include "transport/transport.h"

namespace CLI {
class App;
}

namespace logmill::logrecv {

struct Logrecv {
  static constexpr std::string_view kName = "logrecv";
  static constexpr std::string_view kSummary = "receives records, syslog and lines over the network";
  static constexpr std::string_view kUsage = "[OPTIONS] --listen URL...";
  static constexpr std::string_view kExamples =
      "  logrecv --listen tcp://:5140 -d /var/lib/logs\n"
      "  logrecv --listen tcp://:5140 --spool Q --resume S | logparse | logstore -d S\n"
      "  logrecv --listen tls://:6514 --cert host.pem --key host.key --client-ca ca.pem -d S\n";

  struct Options {
    std::vector<std::string> listen;
    bool parse = true;
    std::string where;
    std::uint64_t connections_max = 1'000;
    // Whose positions are kept in memory, some 100 bytes each.
    std::uint64_t streams_max = 100'000;
    std::uint64_t line_bytes_max = 1 << 20;
    std::int64_t idle_timeout_ns = 0;  // never
    int ready_fd = -1;
    bool print_address = false;
    transport::TlsOptions tls;
    cli::OutputOptions output;
    cli::StoreOptions store;
    cli::SpoolOptions spool;
    std::string resume;  // the sink at the end of the pipeline; empty: not asked
    cli::StatsOptions stats;
    cli::GraceOptions grace{.ns = 10 * base::kNsPerSecond};
  };

  static void add_options(CLI::App& app, Options& options);
  static base::Status check(const Options& options);
  static base::Result<cli::Exit> run(const Options& options, cli::Io& io);
};

}  // namespace logmill::logrecv
