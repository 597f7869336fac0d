#include "cli/option_groups.h"

#include <CLI/CLI.hpp>

#include <cstdlib>

#include "spool/spool_format.h"
#include "store/store_layout.h"
#include "text/units.h"

namespace logmill::cli {
namespace {

// Turns one of text/units.h into what CLI11 calls for each value given.
template <class Value, class Parse>
CLI::Option* add_parsed(CLI::App& app, const std::string& flags, Value& value, const std::string& help, Parse parse, const char* type) {
  CLI::callback_t read = [&value, parse](const CLI::results_t& texts) {
    auto parsed = parse(texts.back());
    if (!parsed) throw CLI::ValidationError(parsed.error().what);
    value = *parsed;
    return true;
  };
  CLI::Option* option = app.add_option(flags, std::move(read), help);
  option->type_name(type)->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  return option;
}

void read_format(codec::Format& format, const std::string& name) {
  const auto known = codec::format_from_name(name);
  if (!known) throw CLI::ValidationError("'" + name + "' is no format; try auto, frames, ndjson or raw");
  format = *known;
}

}  // namespace

void InputOptions::add(CLI::App& app) {
  app.add_option_function<std::string>(
         "-i,--input", [this](const std::string& name) { read_format(format, name); },
         "What comes in; found by the first bytes unless given.")
      ->type_name("auto|frames|ndjson|raw")
      ->group("Input");
  app.add_option("--from", from, "Where to read: - (standard input), a path (also .gz and .zst), ring:NAME.")
      ->type_name("ENDPOINT")
      ->group("Input");
}

void MultilineOptions::add(CLI::App& app, const std::string& group) {
  app.add_option_function<std::string>(
         "--multiline",
         [this](const std::string& text) {
           auto parsed = multiline::Joiner::parse(text);
           if (!parsed) throw CLI::ValidationError(parsed.error().what);
           rule = std::make_shared<const multiline::Joiner>(*std::move(parsed));
         },
         "Make one record of lines that belong together, such as stack traces.")
      ->type_name(multiline::joiner_choices())
      ->group(group);
  add_duration(app, "--multiline-timeout", timeout_ns, "When no line came for so long, what waits for more is complete. Default: 1s.")
      ->group(group);
}

void OutputOptions::add(CLI::App& app) {
  app.add_option_function<std::string>(
         "-o,--output", [this](const std::string& name) { read_format(format, name); },
         "What goes out. Default: $LOGMILL_STREAM, else frames if frames came in, else ndjson.")
      ->type_name("frames|ndjson|raw")
      ->group("Output");
  app.add_option("--to", to, "Where to write: - (standard output), a path, ring:NAME.")->type_name("ENDPOINT")->group("Output");
  app.add_flag("--compress", compress, "Compress frames with zstd.")->group("Output");
}

codec::Format OutputOptions::resolve(codec::Format input) const {
  if (format != codec::Format::automatic) return format;
  if (const char* wanted = std::getenv("LOGMILL_STREAM")) {
    const auto known = codec::format_from_name(wanted);
    if (known && *known != codec::Format::automatic) return *known;
  }
  return input == codec::Format::frames ? codec::Format::frames : codec::Format::ndjson;
}

void KeyOptions::add(CLI::App& app, Use use) {
  const bool store = use == Use::store;
  app.add_option(
         store ? "--encrypt,--key-file" : "--key-file", file,
         store ? "Encrypt what is stored with the first key of this file; all its keys decrypt." : "The keys of an encrypted store.")
      ->type_name("FILE")
      ->envname("LOGMILL_KEY_FILE")
      ->group("Store");
}

std::set<std::string, std::less<>> plain_store_files() { return {std::string(store::kAuditName), std::string(store::kConfigName)}; }

void StoreOptions::add(CLI::App& app, KeyOptions::Use use) {
  app.add_option("-d,--dir", dir, "The store's folder.")->type_name("DIR")->envname("LOGMILL_STORE")->group("Store");
  key.add(app, use);
}

void SpoolOptions::add(CLI::App& app, const std::string& help) {
  app.add_option("--spool", dir, help)->type_name("DIR")->group("Spool");
  add_size(app, "--spool-size", bytes, "Let the spool grow to this, then stop reading. Default: 1GiB.")->group("Spool");
}

base::Status SpoolOptions::check() const {
  if (!dir.empty() && bytes < spool::kSpoolBytesMin) return base::Error{base::ErrorCode::invalid, "--spool-size: must be 64KiB or more"};
  return {};
}

void GraceOptions::add(CLI::App& app) {
  add_duration(app, "--grace", ns,
               "When told to stop, end after so long, whatever is not written. Default: " + text::format_duration(ns) + ".")
      ->group("Stopping");
}

void StatsOptions::add(CLI::App& app) {
  app.add_flag_function(
         "--stats",
         [this](std::int64_t seconds) {
           enabled = true;
           if (seconds > 1) interval_seconds = static_cast<double>(seconds);
         },
         "Print what came in, went out and was dropped at the end, to stderr; with =SECONDS also "
         "meanwhile.")
      ->group("Statistics");
  app.add_option("--metrics", metrics_file, "Keep a file with the same as Prometheus text; %p in its name is the process id.")
      ->type_name("FILE")
      ->group("Statistics");
}

CLI::Option* add_duration(CLI::App& app, const std::string& flags, std::int64_t& ns, const std::string& help) {
  return add_parsed(app, flags, ns, help, text::parse_duration, "DURATION");
}
CLI::Option* add_size(CLI::App& app, const std::string& flags, std::uint64_t& bytes, const std::string& help) {
  return add_parsed(app, flags, bytes, help, text::parse_size, "SIZE");
}
CLI::Option* add_count(CLI::App& app, const std::string& flags, std::uint64_t& count, const std::string& help) {
  return add_parsed(app, flags, count, help, text::parse_count, "COUNT");
}
CLI::Option* add_rate(CLI::App& app, const std::string& flags, double& per_second, const std::string& help) {
  return add_parsed(app, flags, per_second, help, text::parse_rate, "RATE");
}

CLI::Option* add_overload(CLI::App& app, record::OverloadPolicy& policy, const std::string& help) {
  using record::OverloadPolicy;
  const auto take = [&policy](const std::string& name) {
    policy = name == "sample" ? OverloadPolicy::sample : name == "shed" ? OverloadPolicy::shed : OverloadPolicy::block;
  };
  return app.add_option_function<std::string>("--overload", take, help)
      ->type_name("block|sample|shed")
      ->check(CLI::IsMember({"block", "sample", "shed"}));
}

}  // namespace logmill::cli
