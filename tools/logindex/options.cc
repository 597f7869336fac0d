#include <CLI/CLI.hpp>

#include "logindex/logindex.h"

namespace logmill::logindex {

void Logindex::add_options(CLI::App& app, Options& options) {
  options.store.add(app);
  app.add_option("files", options.files, "Text files, plain, .gz or .zst, to make sidecars for.")->type_name("FILE");
  auto* list = app.add_flag_callback(
      "--list", [&options] { options.action = Action::list; },
      "Show each sealed segment or file and the state of its index; build nothing.");
  auto* verify = app.add_flag_callback(
      "--verify", [&options] { options.action = Action::verify; },
      "Compare every checksum of every index; build nothing. Status 1 if one is damaged or stale.");
  auto* rebuild = app.add_flag("--rebuild", options.rebuild, "Build every index again.");
  auto* dry_run = app.add_flag("--dry-run", options.dry_run, "Say what would be built and removed; change nothing.");
  auto* watch =
      app.add_flag("--watch", options.watch, "Go on after that: index segments as they are sealed, files as they grow, until stopped.");
  for (CLI::Option* option : {list, verify, rebuild, dry_run, watch}) option->group("Work");
  list->excludes(verify)->excludes(rebuild)->excludes(dry_run)->excludes(watch);
  verify->excludes(rebuild)->excludes(dry_run)->excludes(watch);
  watch->excludes(dry_run)->excludes(rebuild);
  app.add_option("--index-dir", options.index_dir, "Where the sidecars of files are, or shall be. Default: beside each file.")
      ->type_name("DIR")
      ->group("Work");
  app.add_flag("--json", options.json, "One JSON object a segment or file, instead of text.")->group("Output");
}

base::Status Logindex::check(const Options& options) {
  if (options.files.empty() && options.store.dir.empty())
    return base::Error{base::ErrorCode::invalid, "what? Name files, give -d DIR, or set LOGMILL_STORE"};
  return {};
}

}  // namespace logmill::logindex
