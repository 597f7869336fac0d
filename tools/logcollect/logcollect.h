// logcollect: follows files and emits a record for each line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "cli/exit.h"
#include "cli/io.h"
#include "cli/option_groups.h"
#include "logcollect/collector.h"
#include "transport/transport.h"

namespace CLI {
class App;
}

namespace logmill::logcollect {

// Before a path: systemd's journal, there or (nothing behind it) of this machine.
inline constexpr std::string_view kJournalScheme = "journal:";
inline bool of_journal(std::string_view path) { return path.starts_with(kJournalScheme); }

struct Logcollect {
  static constexpr std::string_view kName = "logcollect";
  static constexpr std::string_view kSummary = "follows files and emits a record for each line";
  static constexpr std::string_view kUsage = "[OPTIONS] PATH|GLOB|journal:[PATH]...";
  static constexpr std::string_view kExamples =
      "  logcollect /var/log/syslog | logparse | logquery 'level=ERROR'\n"
      "  logcollect --once '/var/log/**/*.log' | logparse | logstore -d S\n"
      "  logcollect --resume S /var/log/app.log | logparse | logstore -d S\n";

  struct Options {
    std::vector<std::string> paths;
    std::vector<std::string> exclusions;
    Mode mode = Mode::follow;
    Start start = Start::beginning;
    std::string resume;         // a store, flat file, spool or receiver
    cli::KeyOptions key;        // of the store
    transport::TlsOptions tls;  // to the receiver
    bool follow_name = false;
    bool poll = false;
    std::int64_t rescan_ns = -1;  // -1: 10 s, or 1 s with --poll
    std::uint64_t line_bytes_max = 1 << 20;
    cli::MultilineOptions multiline;
    std::optional<std::string> host;
    cli::OutputOptions output;
    cli::StatsOptions stats;
    cli::GraceOptions grace;
  };

  static void add_options(CLI::App& app, Options& options);
  static base::Status check(const Options& options);
  static base::Result<cli::Exit> run(const Options& options, cli::Io& io);
};

}  // namespace logmill::logcollect
