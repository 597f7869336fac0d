// loggen: invents logs like those of real services, or repeats a real one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/exit.h"
#include "cli/io.h"
#include "cli/option_groups.h"
#include "generate/generator.h"
#include "generate/world.h"

namespace CLI {
class App;
}

namespace logmill::loggen {

struct Loggen {
  static constexpr std::string_view kName = "loggen";
  static constexpr std::string_view kSummary = "makes logs: invented ones that look like life, or real ones again";
  static constexpr std::string_view kUsage = "[OPTIONS]";
  static constexpr std::string_view kExamples =
      "  loggen                                   1000 records as JSON, ending now\n"
      "  loggen -n 1000000 --seed 7 -o json       the same million each time\n"
      "  loggen -r 500/s -o nginx --to access.log  a steady stream until Ctrl-C\n"
      "  loggen --replay old.log.gz -r 100/s      a real log, with current times\n";

  struct Options {
    std::string format;  // empty: json, or frames if $LOGMILL_STREAM or a ring ask for them
    std::string to = "-";
    bool compress = false;
    bool sequence = false;

    static constexpr std::uint64_t kCountDefault = 1'000;
    std::optional<std::uint64_t> count;
    std::int64_t duration_ns = 0;  // 0: not limited
    bool forever = false;
    double rate = 0;  // records a second; 0: as fast as possible

    std::optional<std::uint64_t> seed;
    std::string start;              // empty: see `run`
    std::int64_t time_step_ns = 0;  // 0: what the rate says, else kTimeStepDefaultNs
    generate::LevelMix levels = generate::kDefaultLevelMix;
    std::vector<std::string> services = generate::service_names(12);
    std::vector<std::string> hosts = generate::host_names(72);
    static constexpr std::uint32_t kTraceLengthMax = 1'000'000;
    std::uint32_t trace_length = 6;
    static constexpr std::uint32_t kBurstFactorMax = 1'000;
    std::uint32_t burst_factor = 0;  // 0: no bursts

    std::string replay;
    bool loop = false;

    cli::StatsOptions stats;
    cli::GraceOptions grace;
  };

  static void add_options(CLI::App& app, Options& options);
  static base::Status check(const Options& options);
  static base::Result<cli::Exit> run(const Options& options, cli::Io& io);
};

}  // namespace logmill::loggen
