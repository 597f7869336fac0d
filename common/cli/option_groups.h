// Options that several programs share, each spelled once. A tool holds the struct in its Options
// and calls `add`.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "base/result.h"
#include "base/clock.h"
#include "codec/format.h"
#include "multiline/joiner.h"
#include "record/overload.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace logmill::cli {

// -i, --input FORMAT; --from ENDPOINT
struct InputOptions {
  codec::Format format = codec::Format::automatic;
  std::string from = "-";
  void add(CLI::App& app);
};

// --multiline RULE; --multiline-timeout TIME
struct MultilineOptions {
  std::shared_ptr<const multiline::Joiner> rule;  // null: each line is a record
  std::int64_t timeout_ns = base::kNsPerSecond;
  void add(CLI::App& app, const std::string& group);
  const multiline::Joiner* joiner() const { return rule.get(); }
};

// -o, --output FORMAT; --to ENDPOINT. Default format: LOGMILL_STREAM, else the format that came in,
// else ndjson.
struct OutputOptions {
  codec::Format format = codec::Format::automatic;  // automatic: as it came in
  std::string to = "-";
  bool compress = false;
  void add(CLI::App& app);
  // The format to write when `input` came in.
  codec::Format resolve(codec::Format input) const;
};

// --key-file FILE; default $LOGMILL_KEY_FILE. Io.files then decrypts what it opens and encrypts
// what it creates.
struct KeyOptions {
  std::string file;
  // A program that stores records calls it --encrypt as well.
  enum class Use { read, store };
  void add(CLI::App& app, Use use);
};

// Names of the files of a store that are not encrypted: they are for people, and hold no values of
// records.
std::set<std::string, std::less<>> plain_store_files();

// -d, --dir DIR; default $LOGMILL_STORE
struct StoreOptions {
  std::string dir;
  KeyOptions key;
  void add(CLI::App& app, KeyOptions::Use use = KeyOptions::Use::read);
};

// --spool DIR; --spool-size SIZE
struct SpoolOptions {
  std::string dir;  // empty: none
  std::uint64_t bytes = 1 << 30;
  void add(CLI::App& app, const std::string& help);
  base::Status check() const;
};

// --stats[=SECONDS]; --metrics FILE
struct StatsOptions {
  bool enabled = false;
  double interval_seconds = 0;  // 0: only at the end
  std::string metrics_file;
  void add(CLI::App& app);
};

// --grace DURATION. After a stop was requested the program has so long to write and commit what it has taken; then it ends, wherever it is,
// with status 4. For tools that wait for nobody but their reader and the disk.
struct GraceOptions {
  std::int64_t ns = 30 * base::kNsPerSecond;
  void add(CLI::App& app);
};

// For options of a tool's own: a flag whose text is parsed by one of text/units.h, with its message
// on error. `group` is the heading in --help.
CLI::Option* add_duration(CLI::App& app, const std::string& flags, std::int64_t& ns, const std::string& help);
CLI::Option* add_size(CLI::App& app, const std::string& flags, std::uint64_t& bytes, const std::string& help);
CLI::Option* add_count(CLI::App& app, const std::string& flags, std::uint64_t& count, const std::string& help);
CLI::Option* add_rate(CLI::App& app, const std::string& flags, double& per_second, const std::string& help);

// --overload block|sample|shed
CLI::Option* add_overload(CLI::App& app, record::OverloadPolicy& policy, const std::string& help);

}  // namespace logmill::cli
