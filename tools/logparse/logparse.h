// logparse: lines in, records with fields out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/exit.h"
#include "cli/io.h"
#include "cli/option_groups.h"
#include "logparse/edits.h"
#include "parse/line_parser.h"

namespace CLI {
class App;
}

namespace logmill::logparse {

// What happens to a line that no format fits.
enum class OnError {
  pass,    // it goes on, with `raw` and `parse_error`
  reject,  // it is dropped, counted, and written to --rejects
};

struct Logparse {
  static constexpr std::string_view kName = "logparse";
  static constexpr std::string_view kSummary = "turns log lines into records with fields";
  static constexpr std::string_view kUsage = "[OPTIONS] [FILE...]";
  static constexpr std::string_view kExamples =
      "  logparse access.log.gz | jq .path\n"
      "  tail -F app.log | logparse --where 'level>=warn'\n"
      "  logparse -i 'regex:^(?P<time>\\S+) (?P<user>\\w+): (?P<message>.*)' app.log\n"
      "  logparse --test /var/log/*.log\n";

  struct Options {
    std::vector<std::string> files;
    std::string from = "-";
    std::string input = "auto";  // a stream's format or a line's
    cli::MultilineOptions multiline;
    std::string field{record::kRaw};
    bool keep_raw = false;
    OnError on_error = OnError::pass;
    std::string rejects;
    std::string where;
    Edits edits;
    bool list_formats = false;
    bool test = false;
    cli::OutputOptions output;
    cli::StatsOptions stats;
    cli::GraceOptions grace;
  };

  static void add_options(CLI::App& app, Options& options);
  static base::Status check(const Options& options);
  static base::Result<cli::Exit> run(const Options& options, cli::Io& io);
};

// What --input says: the names of streams and of lines share one option.
struct Input {
  codec::Format stream = codec::Format::automatic;
  parse::FormatChoice lines;
};
base::Result<Input> parse_input(std::string_view name);

// The inputs to read, in order: the FILE arguments, else --from.
std::vector<std::string> addresses(const Logparse::Options& options);

}  // namespace logmill::logparse
