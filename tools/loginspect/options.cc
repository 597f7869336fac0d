#include <CLI/CLI.hpp>

#include "loginspect/loginspect.h"

namespace logmill::loginspect {
namespace {

constexpr const char* kActionGroup = "Work";

CLI::Option* add_action(CLI::App& app, const std::string& flag, Options& options, Action action, std::string& argument,
                        const std::string& help, const char* type) {
  return app
      .add_option_function<std::string>(
          flag,
          [&options, &argument, action](const std::string& given) {
            options.action = action;
            argument = given;
          },
          help)
      ->type_name(type);
}

}  // namespace

void Loginspect::add_options(CLI::App& app, Options& options) {
  app.add_option("paths", options.paths, "Stores, folders of log files, files of any kind; with --rings, rings.")->type_name("PATH");
  options.store.add(app);
  const std::vector<CLI::Option*> actions = {
      app.add_flag_callback(
          "--list", [&options] { options.action = Action::list; }, "Show each file: kind, records, size, ratio, times (the default)."),
      add_action(app, "--read", options, Action::read, options.name, "Write the content of this file: text as it is, records as NDJSON.",
                 "NAME"),
      add_action(app, "--search", options, Action::search, options.text,
                 "Show the records that contain this text. Status 1 if there are none.", "TEXT"),
      app.add_flag_callback(
          "--verify", [&options] { options.action = Action::verify; }, "Compare every checksum. Status 1 if something is damaged."),
      add_action(app, "--info", options, Action::info, options.name,
                 "Show the structure of this file, with the names of the format's page.", "NAME"),
      app.add_flag_callback(
          "--du", [&options] { options.action = Action::usage; }, "Show who fills the disk: by service, level and day."),
      app.add_flag_callback(
          "--rings", [&options] { options.action = Action::rings; },
          "Show rings and who is at them: all in shared memory, or these: ring:NAME, ring:/path.")};
  for (CLI::Option* action : actions) {
    action->group(kActionGroup);
    for (CLI::Option* other : actions)
      if (other != action) action->excludes(other);
  }
  app.add_option("--by", options.by, "With --du: by this field instead; may be repeated. level and day count as fields.")
      ->type_name("FIELD")
      ->allow_extra_args(false)
      ->group("Work");
  app.add_flag("--remove", options.remove, "With --rings: remove those that are named, and what waits in them.")->group("Work");
  cli::add_count(app, "-n", options.rows_max, "With --du: show so many values of each field, the rest as one; 0 for all. Default: 20.")
      ->group("Output");
  app.add_flag("--json", options.json, "JSON objects, one a line, instead of text.")->group("Output");
}

std::vector<std::string> action_flags() {
  CLI::App app;
  Options options;
  Loginspect::add_options(app, options);
  std::vector<std::string> flags;
  for (const CLI::Option* option : app.get_options())
    if (option->get_group() == kActionGroup && !option->get_excludes().empty()) flags.push_back("--" + option->get_lnames().front());
  return flags;
}

base::Status Loginspect::check(const Options& options) {
  if (options.remove && (options.action != Action::rings || options.paths.empty()))
    return base::Error{base::ErrorCode::invalid, "--remove: only with --rings and the names of rings"};
  if (options.action == Action::rings) return {};
  if (options.paths.empty() && options.store.dir.empty() && options.name.empty())
    return base::Error{base::ErrorCode::invalid, "what to look at? Give a PATH, or -d DIR"};
  if (!options.by.empty() && options.action != Action::usage) return base::Error{base::ErrorCode::invalid, "--by: only with --du"};
  if (options.action == Action::search && options.text.empty()) return base::Error{base::ErrorCode::invalid, "--search: the text is empty"};
  return {};
}

}  // namespace logmill::loginspect
