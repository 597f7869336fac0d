// Keeps records: in a store of segments, or with --flat in plain files.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/exit.h"
#include "cli/io.h"
#include "cli/option_groups.h"
#include "flat/flat_writer.h"
#include "maintain/maintainer.h"
#include "store/tombstone.h"
#include "store/writer.h"

namespace CLI {
class App;
}

namespace logmill::logstore {

enum class Action { ingest, seal, retain, compact, cool, repair, rekey, erase };
enum class OnFull { wait, fail };
enum class OnOff { on, off };

struct Options {
  Action action = Action::ingest;
  bool dry_run = false;
  std::string filter;        // what to delete
  std::string since, until;  // as typed
  bool no_wait = false;
  cli::StoreOptions store;
  cli::InputOptions input;
  store::WriterOptions writer;
  maintain::MaintenancePolicy maintenance;  // use `maintenance_policy`
  OnOff compaction = OnOff::on;
  std::string keep_free;  // as typed
  std::vector<std::string> keep_rules;
  OnFull on_full = OnFull::wait;
  std::uint64_t memory_bytes = 128 << 20;  // of the process, while it takes records in
  bool flat = false;
  flat::FlatOptions flat_options;
  std::string postrotate;  // of flat files: a command for the shell
  cli::StatsOptions stats;
  cli::GraceOptions grace;
};

struct Logstore {
  static constexpr std::string_view kName = "logstore";
  static constexpr std::string_view kSummary = "stores records, searchable as they arrive";
  static constexpr std::string_view kUsage = "-d DIR [OPTIONS] [ACTION]";
  static constexpr std::string_view kExamples =
      "  logcollect /var/log/syslog | logparse | logstore -d /var/lib/logs --keep-age 30d\n"
      "  logstore -d /var/lib/logs retain --keep-size 50GiB --dry-run\n"
      "  myserver 2>&1 | logstore --flat -d app.log --rotate-size 100MiB --keep-count 10\n";
  static constexpr bool kStoreConfig = true;
  using Options = logstore::Options;
  static void add_options(CLI::App& app, Options& options);
  static base::Status check(const Options& options);
  static base::Result<cli::Exit> run(const Options& options, cli::Io& io);
};

// What joining small blocks may hold, when sealing and in the background.
inline std::uint64_t join_bytes(const Options& options) { return options.memory_bytes / 8; }

// With what other options say about it. Fails with what is wrong with them.
base::Result<maintain::MaintenancePolicy> maintenance_policy(const Options& options);

// What `delete` asks for. Fails with what is wrong with the filter or the times.
base::Result<store::Tombstone> deletion_request(const Options& options, base::TimeNs now);

// Reads records until the end or a stop, into a store or a flat file.
base::Result<cli::Exit> ingest(const Options& options, cli::Io& io);
// Seals what crashed writers left.
base::Result<cli::Exit> seal_leftovers(const Options& options, cli::Io& io);
// Deletes what is not to be kept, or only says what that is.
base::Result<cli::Exit> retain(const Options& options, cli::Io& io);
// The same for the rotated files of a flat file.
base::Result<cli::Exit> retain_flat(const Options& options, cli::Io& io);
// Joins small segments, or only says which.
base::Result<cli::Exit> compact(const Options& options, cli::Io& io);
// Encrypts what is not encrypted with the first key of the key file.
base::Result<cli::Exit> rekey(const Options& options, cli::Io& io);
// Salvages damaged segments; the answer is no if there were some.
base::Result<cli::Exit> repair(const Options& options, cli::Io& io);
// Moves old segments to the cold tier.
base::Result<cli::Exit> cool(const Options& options, cli::Io& io);
// Forgets what matches a filter, for good.
base::Result<cli::Exit> erase(const Options& options, cli::Io& io);

}  // namespace logmill::logstore
