// Looks into what logs are kept in: stores, folders of files, single files, broken ones included.
#pragma once

#include <cstdint>
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

namespace logmill::loginspect {

enum class Action { list, read, search, verify, info, usage, rings };

struct Options {
  Action action = Action::list;
  std::string name;             // of read and info
  std::string text;             // of search
  std::vector<std::string> by;  // of usage: fields
  std::uint64_t rows_max = 20;  // of usage; 0: all
  bool remove = false;          // of rings
  bool json = false;
  cli::StoreOptions store;
  std::vector<std::string> paths;
};

struct Loginspect {
  static constexpr std::string_view kName = "loginspect";
  static constexpr std::string_view kSummary = "lists, reads, searches and verifies log archives";
  static constexpr std::string_view kUsage = "[OPTIONS] PATH...";
  static constexpr std::string_view kExamples =
      "  loginspect /var/log                         # what is there, from when to when\n"
      "  loginspect --verify -d /var/lib/logs        # every checksum\n"
      "  loginspect --read app.log.2.gz /var/log | grep -c error\n"
      "  loginspect --du /var/lib/logs               # who fills the disk\n"
      "  loginspect --search 10.0.0.7 /var/log/nginx\n";
  using Options = loginspect::Options;
  static void add_options(CLI::App& app, Options& options);
  static base::Status check(const Options& options);
  static base::Result<cli::Exit> run(const Options& options, cli::Io& io);
};

// The options that say what to do, as "--verify".
std::vector<std::string> action_flags();

}  // namespace logmill::loginspect
