// Builds the token index of a store's sealed segments (docs/formats/index.md) and the sidecars of
// foreign files (docs/formats/sidecar.md).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/exit.h"
#include "cli/io.h"
#include "cli/option_groups.h"

namespace CLI {
class App;
}

namespace logmill::logindex {

enum class Action {
  build,   // what is missing, stale or damaged
  list,    // what there is
  verify,  // every checksum
};

struct Options {
  cli::StoreOptions store;
  std::vector<std::string> files;
  std::string index_dir;  // of sidecars; empty: beside the files
  Action action = Action::build;
  bool rebuild = false;
  bool dry_run = false;
  bool json = false;
  bool watch = false;
};

struct Logindex {
  static constexpr std::string_view kName = "logindex";
  static constexpr std::string_view kSummary = "builds the token index of a store, and of log files";
  static constexpr std::string_view kUsage = "[OPTIONS] -d DIR | FILE...";
  static constexpr std::string_view kExamples =
      "  logindex -d /var/lib/logs             # what is new; fit for cron\n"
      "  logindex -d /var/lib/logs --watch     # and what comes, until stopped\n"
      "  logindex -d /var/lib/logs --list\n"
      "  logindex /var/log/nginx/access.log*   # files, .gz and .zst too\n";
  using Options = logindex::Options;
  static void add_options(CLI::App& app, Options& options);
  static base::Status check(const Options& options);
  static base::Result<cli::Exit> run(const Options& options, cli::Io& io);
};

}  // namespace logmill::logindex
