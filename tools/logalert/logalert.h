// logalert: watches a store, or records on standard input, and tells when rules begin and cease to hold.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "cli/exit.h"
#include "cli/io.h"
#include "cli/option_groups.h"
#include "codec/format.h"

namespace logmill::logalert {

struct Options {
  std::string rules;
  cli::StoreOptions store;
  bool test = false;
  bool check_only = false;
  bool list = false, history = false;
  std::string silence, comment;
  std::int64_t silence_ns = 0;
  std::uint64_t unsilence = 0;  // 0: none
  codec::Format input = codec::Format::automatic;
  std::string since, until;
  std::string state;  // empty: beside the rules
  std::int64_t wait_ns = 5 * base::kNsPerSecond;
  bool utc = false;
  std::uint64_t memory_bytes = std::uint64_t{256} << 20;
  bool stats = false;
  std::string metrics_file;
  cli::GraceOptions grace;
};

// What rules may hold of --memory.
std::uint64_t held_bytes_max(const Options& options);

struct Logalert {
  static constexpr std::string_view kName = "logalert";
  static constexpr std::string_view kSummary = "tells when what rules say of log records begins and ceases to hold";
  static constexpr std::string_view kUsage = "[OPTIONS] RULES";
  static constexpr std::string_view kExamples =
      "  logalert rules.toml -d store\n"
      "  logalert --test rules.toml -d store --from 1d --to now\n"
      "  logalert --check rules.toml\n"
      "  logalert rules.toml --silence 'service=db' --for 2h --comment 'moving house'\n";

  using Options = logalert::Options;
  static void add_options(CLI::App& app, Options& options);
  static base::Status check(const Options& options);
  static base::Result<cli::Exit> run(const Options& options, cli::Io& io);
};

}  // namespace logmill::logalert
