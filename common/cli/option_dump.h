// Every option of a program as data: the one source for --help, completions and the check of the
// manual pages.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace logmill::cli {

struct OptionInfo {
  std::vector<std::string> shorts;  // "i", without the dash
  std::vector<std::string> longs;   // "input"
  std::string positional;           // "FILE" for a positional, else empty
  std::string argument;             // "FILE", "auto|frames|ndjson"; empty for a flag
  std::string group;                // heading in --help
  std::string help;
  std::string env;    // variable that sets it
  bool many = false;  // may be given several times

  // The words of an argument like "auto|frames|ndjson"; empty if any text goes.
  std::vector<std::string> choices() const;
  // "-i", "--input"
  std::vector<std::string> dashed() const;
  // "-i, --input FORMAT"
  std::string spelling() const;
};

// In order of definition; the options all programs have come last.
std::vector<OptionInfo> dump_options(const CLI::App& app);

// One line an option: spelling, group and help, separated by tabs.
std::string format_dump(const std::vector<OptionInfo>& options);

}  // namespace logmill::cli
