#include "cli/run_main.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <new>
#include <optional>
#include <string>
#include <unistd.h>

#include "cli/completion.h"
#include "cli/end_timer.h"
#include "cli/help.h"
#include "cli/messages.h"
#include "cli/option_dump.h"
#include "cli/store_config.h"
#include "crypt/encrypted_file_system.h"
#include "sys/fd.h"
#include "sys/file_limit.h"
#include "text/suggest.h"

namespace logmill::cli {
namespace {

// What signal handlers may touch. One program, one set.
sys::Stop* stop_on_signal = nullptr;
const EndTimer* end_timer = nullptr;
std::atomic<bool> statistics_wanted = false;
std::atomic<bool> reload_wanted = false;

extern "C" void on_stop_signal(int signal) {
  if (stop_on_signal->requested()) _exit(128 + signal);  // asked twice: at once
  stop_on_signal->request();
  if (end_timer != nullptr) end_timer->start();
}
extern "C" void on_statistics_signal(int) { statistics_wanted = true; }
extern "C" void on_reload_signal(int) { reload_wanted = true; }

void handle(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigaction(signal, &action, nullptr);
}

void install_signal_handlers(sys::Stop& stop) {
  stop_on_signal = &stop;
  handle(SIGTERM, on_stop_signal);
  handle(SIGINT, on_stop_signal);
  handle(SIGUSR1, on_statistics_signal);
  handle(SIGHUP, on_reload_signal);
  handle(SIGPIPE, SIG_IGN);  // a closed pipe is an ordinary error of write()
}

struct CommonOptions {
  bool quiet = false;
  bool verbose = false;
  std::string color = "auto";
};

// These stand in no program's own table: --help, --version and --generate are seen before the rest
// is judged, so that they work whatever else is missing.
void add_common_options(CLI::App& app, CommonOptions& common) {
  app.set_help_flag();
  app.add_flag("-h")->description("Short help.")->group("Common");
  app.add_flag("--help")->description("Full help.")->group("Common");
  app.add_flag("--version")->description("Print the version.")->group("Common");
  app.add_flag("-q,--quiet", common.quiet, "No warnings, only errors.")->group("Common");
  app.add_flag("--verbose", common.verbose, "Say more about what is done.")->group("Common");
  app.add_option("--color", common.color, "Colour the output: auto means on a terminal, unless $NO_COLOR is set.")
      ->type_name("auto|always|never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->group("Common");
  app.add_option("--generate")
      ->description("Print a completion script, or the list of options, and exit.")
      ->type_name("complete-bash|complete-zsh|complete-fish|options")
      ->group("Common");
  app.set_config("--config", "", "Read options from a TOML file.")->type_name("FILE")->group("Common");
}

// Each option may also come from LOGMILL_<NAME>, as in LOGMILL_COLOR=never.
void name_environment(CLI::App& app) {
  for (CLI::Option* option : app.get_options()) {
    if (!option->get_envname().empty() || option->get_lnames().empty()) continue;
    std::string name = "LOGMILL_" + option->get_lnames().front();
    for (char& c : name) c = c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    option->envname(name);
  }
}

int print(std::string_view text) {
  const auto written = sys::write_all(STDOUT_FILENO, text);
  return static_cast<int>(written || written.error().what == sys::kBrokenPipe ? Exit::done : Exit::failed);
}

// Answers to questions about the program itself; -1 if `arguments` ask none.
int answer_about_self(const ToolSpec& spec, const CLI::App& app, const std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i < arguments.size() && arguments[i] != "--"; ++i) {
    const std::string& argument = arguments[i];
    if (argument == "-h") return print(format_help(spec, dump_options(app), HelpLength::brief));
    if (argument == "--help") return print(format_help(spec, dump_options(app), HelpLength::full));
    if (argument == "--version") return print(std::string(spec.name) + " " LOGMILL_VERSION "\n");
    if (!argument.starts_with("--generate")) continue;
    const std::string kind = argument == "--generate" && i + 1 < arguments.size()
                                 ? arguments[i + 1]
                                 : argument.substr(std::min(argument.size(), std::strlen("--generate=")));
    const std::vector<OptionInfo> options = dump_options(app);
    if (kind == "complete-bash") return print(bash_completion(spec.name, options));
    if (kind == "complete-zsh") return print(zsh_completion(spec.name, options));
    if (kind == "complete-fish") return print(fish_completion(spec.name, options));
    if (kind == "options") return print(format_dump(options));
  }
  return -1;
}

std::string explain_unknown(const CLI::App& app, const std::string& word) {
  if (!word.starts_with("-")) return "unexpected argument '" + word + "'";
  const std::vector<OptionInfo> options = dump_options(app);
  std::vector<std::string> names;
  for (const OptionInfo& option : options)
    for (const std::string& name : option.longs) names.push_back("--" + name);
  const std::string typed = word.substr(0, word.find('='));
  const std::string_view near = text::nearest(typed, {names.begin(), names.end()});
  std::string text = "unknown option '" + typed + "'";
  if (!near.empty()) text += "; did you mean '" + std::string(near) + "'?";
  return text;
}

// CLI11's "--sync: ech not in {each,interval,none}", with what was meant.
std::string explain_choice(std::string what) {
  constexpr std::string_view kNotIn = " not in {";
  const std::size_t word = what.find(": "), end = what.find(kNotIn);
  if (word == std::string::npos || end == std::string::npos || end < word || !what.ends_with('}')) return what;
  const std::vector<std::string> choices = CLI::detail::split(what.substr(end + kNotIn.size(), what.size() - end - kNotIn.size() - 1), ',');
  const std::string_view near = text::nearest(what.substr(word + 2, end - word - 2), {choices.begin(), choices.end()});
  if (!near.empty()) what += "; did you mean '" + std::string(near) + "'?";
  return what;
}

std::string explain_parse_error(const CLI::App& app, const CLI::ParseError& error) {
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr)
    for (const std::string& word : app.remaining()) return explain_unknown(app, word);
  return explain_choice(error.what());
}

bool want_color(const std::string& mode, bool terminal) {
  if (mode != "auto") return mode == "always";
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return terminal && (no_color == nullptr || *no_color == '\0') && (term == nullptr || std::strcmp(term, "dumb") != 0);
}

// Reports what went wrong, and counts it in the file of --metrics.
int finish(const base::Result<Exit>& result, StderrReporter& reporter, MetricsFile& metrics) {
  if (result) return static_cast<int>(*result);
  const base::Error& error = result.error();
  if (error.what.ends_with(sys::kBrokenPipe)) return static_cast<int>(Exit::done);
  reporter.error(error.what);
  if (auto settled = metrics.settle(); !settled) reporter.warn("metrics", settled.error().what);
  return static_cast<int>(error.code == base::ErrorCode::again ? Exit::retry : Exit::failed);
}

int usage_error(const ToolSpec& spec, StderrReporter& reporter, const std::string& what) {
  reporter.error(what + "\nTry '" + std::string(spec.name) + " -h'.");
  return static_cast<int>(Exit::usage);
}

// None without a key file.
base::Result<crypt::KeyRing> read_keys(const KeyOptions* options) {
  if (options == nullptr || options->file.empty()) return crypt::KeyRing();
  return crypt::KeyRing::read(options->file);
}

}  // namespace

int run_tool(const ToolSpec& spec, int argc, char** argv) {
  StderrReporter reporter{std::string(spec.name), STDERR_FILENO, base::system_clock()};
  CLI::App app{std::string(spec.summary), std::string(spec.name)};
  CommonOptions common;
  spec.add_options(app);
  add_common_options(app, common);
  name_environment(app);

  const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  if (const int answered = answer_about_self(spec, app, arguments); answered >= 0) return answered;
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return usage_error(spec, reporter, explain_parse_error(app, error));
  }
  if (spec.store_config)
    if (auto applied = apply_store_config(app); !applied) return usage_error(spec, reporter, applied.error().what);
  if (auto good = spec.check(); !good) return usage_error(spec, reporter, good.error().what);

  if (common.quiet) reporter.show(StderrReporter::Show::errors);
  if (common.verbose) reporter.show(StderrReporter::Show::everything);
  sys::raise_file_limit();
  sys::Stop stop;
  std::optional<EndTimer> timer;
  if (const GraceOptions* const grace = spec.grace()) {
    stop.set_grace_ns(grace->ns);
    end_timer = &timer.emplace(spec.name, grace->ns);
  }
  install_signal_handlers(stop);
  const bool out_is_terminal = isatty(STDOUT_FILENO) != 0;
  MetricsFile metrics(spec.name, reporter.counts());
  try {
    const KeyOptions* const wanted = spec.keys();
    const auto keys = read_keys(wanted);
    if (!keys) return finish(keys.error(), reporter, metrics);
    crypt::EncryptedFileSystem encrypted(sys::os_file_system(), *keys, plain_store_files());
    Io io{.in_is_terminal = isatty(STDIN_FILENO) != 0,
          .out_is_terminal = out_is_terminal,
          .err_is_terminal = isatty(STDERR_FILENO) != 0,
          .color = want_color(common.color, out_is_terminal),
          .quiet = common.quiet,
          .verbose = common.verbose,
          .clock = base::system_clock(),
          .files = wanted != nullptr ? encrypted : sys::os_file_system(),
          .stop = stop,
          .reporter = reporter,
          .metrics = metrics,
          .statistics_wanted = statistics_wanted,
          .reload_wanted = reload_wanted};
    return finish(spec.run(io), reporter, metrics);
  } catch (const std::bad_alloc&) {
    reporter.error("out of memory");
  } catch (const std::exception& error) {
    reporter.error(std::string("internal error: ") + error.what());
  }
  return static_cast<int>(Exit::failed);
}

}  // namespace logmill::cli
