#include "logcollect/logcollect.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <map>

#include "cli/sink_frontiers.h"
#include "cli/tls_options.h"
#include "sys/file_system.h"
#include "sys/glob.h"

namespace logmill::logcollect {
namespace {

// A line longer than this would not fit a record batch of any other program.
constexpr std::uint64_t kLineBytesMaxMax = 4 << 20;

}  // namespace

void Logcollect::add_options(CLI::App& app, Options& options) {
  app.add_option("paths", options.paths, "Files, patterns with * ? [a-z] and **, - for standard input, or journal: for systemd's journal.")
      ->type_name("PATH|GLOB")
      ->required();

  app.add_option("--exclude", options.exclusions, "Leave out files with such a name, or such a path if it has a slash. May be repeated.")
      ->type_name("GLOB")
      ->allow_extra_args(false)
      ->group("Files");
  app.add_flag_callback(
         "--once", [&options] { options.mode = Mode::once; }, "Read each file to its end, oldest first, and exit; also compressed ones.")
      ->group("Files");
  app.add_option_function<std::string>(
         "--start", [&options](const std::string& where) { options.start = where == "end" ? Start::end : Start::beginning; },
         "Where to begin files that are there already. Default: beginning.")
      ->type_name("beginning|end")
      ->check(CLI::IsMember({"beginning", "end"}))
      ->group("Files");
  options.key.add(app, cli::KeyOptions::Use::read);
  app.add_option(
         "--resume", options.resume,
         "Go on where this store, flat file, spool or receiver has each file; the output is frames, which say where they come from.")
      ->type_name("STORE|SPOOL|URL")
      ->group("Files");
  app.add_flag("--follow-name", options.follow_name,
               "Like tail -F: leave a rotated file at its end as soon as another has its name, whoever still writes to it.")
      ->group("Files");
  app.add_flag("--poll", options.poll, "Do not rely on inotify (network file systems): look every second.")->group("Files");
  cli::add_duration(app, "--rescan", options.rescan_ns, "Look at everything again after this time, whatever inotify tells. Default: 10s.")
      ->group("Files");

  cli::add_size(app, "--max-line", options.line_bytes_max, "Cut longer lines into several records, marked cut=true. Default: 1MiB.")
      ->group("Records");
  options.multiline.add(app, "Records");
  app.add_option("--host", options.host, "The host field; empty for none. Default: this machine's name.")
      ->type_name("NAME")
      ->group("Records");

  options.output.add(app);
  cli::add_tls_options(app, options.tls);
  options.stats.add(app);
  options.grace.add(app);
}

base::Status Logcollect::check(const Options& options) {
  const auto invalid = [](std::string what) { return base::Error{base::ErrorCode::invalid, std::move(what)}; };
  const bool standard_input = std::find(options.paths.begin(), options.paths.end(), "-") != options.paths.end();
  if (standard_input && options.paths.size() > 1) return invalid("- (standard input) cannot be combined with files");
  if (standard_input && !options.resume.empty()) return invalid("--resume: standard input cannot be read again");
  if (std::all_of(options.paths.begin(), options.paths.end(), of_journal)) {
    if (!options.exclusions.empty()) return invalid("--exclude: is about files, not about journal:");
    if (options.multiline.joiner()) return invalid("--multiline: entries of journal: are whole");
  }
  if (std::find(options.paths.begin(), options.paths.end(), "") != options.paths.end()) return invalid("a path is empty");
  for (const std::string& path : options.paths)
    if (!sys::regular_file_info(path)) LOGMILL_RETURN_IF_ERROR(sys::Glob::check(path));
  for (const std::string& exclusion : options.exclusions) LOGMILL_RETURN_IF_ERROR(sys::Glob::check(exclusion));
  if (cli::is_url(options.resume))
    if (auto address = transport::parse_address(options.resume); !address) return std::move(address).error().with_context("--resume");
  LOGMILL_RETURN_IF_ERROR(cli::check_tls_options(options.tls));
  if (!options.resume.empty() && options.output.resolve(codec::Format::frames) != codec::Format::frames)
    return invalid("--resume: only frames say where records come from; leave out -o");
  if (options.line_bytes_max == 0 || options.line_bytes_max > kLineBytesMaxMax) return invalid("--max-line: must be 1 to 4MiB");
  if (options.rescan_ns == 0) return invalid("--rescan: must be longer than 0");
  return {};
}

}  // namespace logmill::logcollect
