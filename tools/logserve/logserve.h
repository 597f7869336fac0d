// logserve: a store on the network: an HTTP API over the same engine as logquery.
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

namespace logmill::logserve {

struct Logserve {
  static constexpr std::string_view kName = "logserve";
  static constexpr std::string_view kSummary = "serves a store over HTTP: search, live stream, ingest";
  static constexpr std::string_view kUsage = "[OPTIONS] -d DIR...";
  static constexpr std::string_view kExamples =
      "  logserve -d /var/lib/logs\n"
      "  curl 'http://127.0.0.1:8514/logs/search?level=ERROR&timestamp_from=2h&limit=20'\n"
      "  logserve -d S --listen https://:8514 --cert host.pem --token-file tokens.toml\n";

  struct Options {
    std::vector<std::string> stores;  // the first is written to
    cli::KeyOptions key;
    std::vector<std::string> listen = {"127.0.0.1:8514"};
    transport::TlsOptions tls;
    std::string token_file;
    bool insecure = false;
    std::uint64_t connections_max = 1'000;
    std::uint64_t body_bytes_max = 64 << 20;
    std::uint64_t queue_bytes_max = 64 << 20;  // of records that wait to be committed
    record::OverloadPolicy overload = record::OverloadPolicy::block;
    std::int64_t key_age_ns = base::kNsPerDay;  // so long a repeat is known by its key
    std::int64_t query_time_max_ns = 30 * base::kNsPerSecond;
    std::uint64_t query_memory_max = 256 << 20;
    std::uint64_t queries_max = 8;             // at once
    std::string temporary_directory = "/tmp";  // for what exceeds the memory
    std::string metrics_dir;
    std::string export_dir;
    std::string alerts_file;
    int ready_fd = -1;
    bool print_address = false;
    cli::StatsOptions stats;
  };

  static void add_options(CLI::App& app, Options& options);
  static base::Status check(const Options& options);
  static base::Result<cli::Exit> run(const Options& options, cli::Io& io);
};

// What people write as an address, as transport::parse_address reads it: HOST:PORT, http://…, https://…, unix:PATH.
std::string transport_address(std::string_view text);

}  // namespace logmill::logserve
