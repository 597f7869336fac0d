// logserve: a store on the network: an HTTP API over the same engine as logquery.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/exit.h"
#include "cli/io.h"
#include "logserve/service/options.h"

namespace CLI {
class App;
}

namespace logmill::logserve {

struct Logserve {
  static constexpr std::string_view kName = kProgramName;
  static constexpr std::string_view kSummary = "serves a store over HTTP: search, live stream, ingest";
  static constexpr std::string_view kUsage = "[OPTIONS] -d DIR...";
  static constexpr std::string_view kExamples =
      "  logserve -d /var/lib/logs\n"
      "  curl 'http://127.0.0.1:8514/logs/search?level=ERROR&timestamp_from=2h&limit=20'\n"
      "  logserve -d S --listen https://:8514 --cert host.pem --token-file tokens.toml\n";

  using Options = logserve::Options;

  static void add_options(CLI::App& app, Options& options);
  static base::Status check(const Options& options);
  static base::Result<cli::Exit> run(const Options& options, cli::Io& io);
};

// What people write as an address, as transport::parse_address reads it: HOST:PORT, http://…, https://…, unix:PATH.
std::string transport_address(std::string_view text);

}  // namespace logmill::logserve
