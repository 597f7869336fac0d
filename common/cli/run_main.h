// Everything that all programs do around their own work: parse options (also from --config FILE and
// LOGMILL_… variables), help, version, completion scripts, signals, messages, exit status.
//
// A tool is a struct:
//
//   struct Logship {
//     static constexpr std::string_view kName = "logship";
//     static constexpr std::string_view kSummary = "sends records to another host";   // no period
//     static constexpr std::string_view kUsage = "[OPTIONS] URL";
//     static constexpr std::string_view kExamples = "  logcollect /var/log/syslog | logship
//     tcp://h:5140\n"; struct Options { … };                                   // plain data with
//     defaults static void add_options(CLI::App& app, Options& options);        // options.cc:
//     flags in named groups static base::Status check(const Options& options);               //
//     options.cc: rules across flags static base::Result<cli::Exit> run(const Options& options,
//     cli::Io& io);   // run.cc
//   };
//   int main(int argc, char** argv) { return logmill::cli::run_main<Logship>(argc, argv); }
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"
#include "cli/exit.h"
#include "cli/io.h"
#include "cli/option_groups.h"

namespace CLI {
class App;
}

namespace logmill::cli {

struct ToolSpec {
  std::string_view name, summary, usage, examples;
  std::function<void(CLI::App&)> add_options;
  std::function<base::Status()> check;
  std::function<base::Result<Exit>(Io&)> run;
  // Of a tool that opens stores; nullptr: it does not.
  std::function<const KeyOptions*()> keys = [] { return static_cast<const KeyOptions*>(nullptr); };
  // Of a tool that has --grace; nullptr: it has not.
  std::function<const GraceOptions*()> grace = [] { return static_cast<const GraceOptions*>(nullptr); };
  // Of one that takes defaults from its store: store_config.h. `static constexpr bool kStoreConfig
  // = true;` says so.
  bool store_config = false;
};

// Prints messages as "name: text". An error of `check` is a usage error; errors of `run` end with
// `failed`, or with `retry` if their code is `again`. A broken pipe on stdout ends quietly with
// `done`.
int run_tool(const ToolSpec& spec, int argc, char** argv);

// Of options that hold some, by themselves or with those of a store.
template <class Options>
const KeyOptions* key_options(const Options& options) {
  if constexpr (requires { options.store.key; })
    return &options.store.key;
  else if constexpr (requires { options.key; })
    return &options.key;
  else
    return nullptr;
}

template <class Options>
const GraceOptions* grace_options(const Options& options) {
  if constexpr (requires { options.grace.ns; })
    return &options.grace;
  else
    return nullptr;
}

template <class Tool>
int run_main(int argc, char** argv) {
  typename Tool::Options options;
  return run_tool({.name = Tool::kName,
                   .summary = Tool::kSummary,
                   .usage = Tool::kUsage,
                   .examples = Tool::kExamples,
                   .add_options = [&](CLI::App& app) {
    Tool::add_options(app, options); },
                   .check = [&] {
    return Tool::check(options); },
                   .run = [&](Io& io) {
    return Tool::run(options, io); },
                   .keys = [&] {
    return key_options(options); },
                   .grace = [&] {
    return grace_options(options); },
                   .store_config = requires { Tool::kStoreConfig;
}
}  // namespace logmill::cli
,
                  argc, argv);
}

}  // namespace logmill::cli
