#include <CLI/CLI.hpp>

#include "base/clock.h"
#include "logquery/export_file.h"
#include "logquery/input_format.h"
#include "logquery/logquery.h"
#include "logquery/open_page.h"
#include "logquery/prepare.h"
#include "query/output/row_printer.h"
#include "text/units.h"

namespace logmill::logquery {
namespace {

// Of more, none would find anything to do.
constexpr unsigned kThreadsMax = 256;
// The program, and for each of two threads a block that is read, take nearly as much: of less than this a sort took 30 MB all the same.
constexpr std::uint64_t kMemoryMin = 64 << 20;

std::string input_choices() {
  std::string choices = "auto|frames|ndjson|raw";
  for (const parse::ParserSpec* spec : parse::parsers()) choices += "|" + std::string(spec->name);
  return choices;
}

void add_source_options(CLI::App& app, Options& options) {
  app.add_option("QUERY", options.query, "What to look for, and stages behind it; everything if left out.");
  app.add_option("FILE", options.files, "Files to read (also .gz and .zst), - for standard input.");
  options.store.add(app);
  app.add_option("-i,--input", options.input,
                 "What files and standard input hold: frames, ndjson, raw, or a format of "
                 "logparse. Found by "
                 "the first bytes unless given.")
      ->type_name(input_choices())
      ->group("Input");
  app.add_option("--index-dir", options.index_dir, "Where logindex keeps the sidecars of files. Default: beside each file.")
      ->type_name("DIR")
      ->group("Input");
}

// "all" or a count.
void read_newest(Options& options, const std::string& text) {
  if (text == "all") {
    options.newest = 0;
    return;
  }
  const auto count = text::parse_count(text);
  if (!count) throw CLI::ValidationError(count.error().what);
  options.newest = *count;
}

void add_search_options(CLI::App& app, Options& options) {
  app.add_option("-S,--since", options.since, "Only records of this time or later: 2h, \"2h ago\", yesterday, a date.")
      ->type_name("TIME")
      ->group("Search");
  app.add_option("-U,--until", options.until, "Only records of this time or earlier.")->type_name("TIME")->group("Search");
  app.add_option_function<std::string>(
         "-n,--lines", [&options](const std::string& text) { read_newest(options, text); },
         "Only the latest COUNT; all for no limit. Default: all, but 500 from a store to a "
         "terminal.")
      ->type_name("COUNT")
      ->group("Search");
  app.add_flag("--ignore-case", options.ignore_case, "Letter case does not matter in values and regular expressions.")->group("Search");
  app.add_flag("-f,--follow", options.follow, "Go on with what comes into the store.")->group("Search");
}

void add_context_option(CLI::App& app, const std::string& flags, std::optional<std::uint64_t>& rows, const std::string& help) {
  app.add_option(flags, rows, help)->type_name("COUNT")->group("Search");
}

void add_context_options(CLI::App& app, Options& options) {
  add_context_option(app, "-A,--after-context", options.after, "Show COUNT rows after each hit too.");
  add_context_option(app, "-B,--before-context", options.before, "Show COUNT rows before each hit too.");
  add_context_option(app, "-C,--context", options.around, "Show COUNT rows before and after each hit: | context.");
}

void add_stage_options(CLI::App& app, Options& options) {
  app.add_flag("-c,--count", options.count_only, "Print only how many.")->group("Stages");
  app.add_option("--fields", options.fields, "Only these fields: | fields.")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("FIELD,...")
      ->group("Stages");
  app.add_option("--top", options.top, "The values that occur most often: | top.")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("FIELD,...")
      ->group("Stages");
  app.add_option("--by", options.by, "Counts for each value: | count by.")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("FIELD,...")
      ->group("Stages");
  app.add_option("--span", options.span, "Counts over time, with --by for each value: | timechart.")
      ->type_name("DURATION")
      ->group("Stages");
}

std::string output_names() {
  std::string names;
  for (const query::PrinterSpec* spec : query::printer_specs()) names.append(spec->name).append("|");
  return names + "frames";
}

void add_output_options(CLI::App& app, Options& options) {
  app.add_option("-o,--output", options.output, "How to print. Default: text on a terminal, else frames if frames came in, else ndjson.")
      ->type_name(output_names())
      ->group("Output");
  app.add_flag_callback(
         "--json", [&options] { options.output = "json"; }, "The same as -o json.")
      ->group("Output");
  app.add_option("--export", options.export_file,
                 "Write to a new file; its name says how: .csv, .tsv, .ndjson, .logfmt, .log; .zst "
                 "and .gz compress.")
      ->type_name("FILE")
      ->group("Output");
  app.add_option("--cursor-file", options.cursor_file,
                 "Of --export from a store: where to note how far it came, to go on there the next time.")
      ->type_name("FILE")
      ->group("Output");
  app.add_flag("--table", options.table, "Columns under a head line; the same as -o table.")->group("Output");
  app.add_flag("--wide", options.wide, "On a terminal, do not cut long values.")->group("Output");
  app.add_option("--pager", options.pager, "Shows long output on a terminal. Default: $PAGER, else less -FRX.")
      ->type_name("COMMAND")
      ->envname("PAGER")
      ->group("Output");
  app.add_flag("--no-pager", options.no_pager, "Write to the terminal itself.")->group("Output");
  app.add_flag("--utc", options.utc, "Times in UTC, not in the local zone.")->group("Output");
  app.add_flag("--stats", options.stats, "Print what was read and found, to stderr.")->group("Statistics");
  app.add_flag("--explain", options.explain, "Print how the query was understood and what was left out, to stderr.")->group("Statistics");
}

void add_page_options(CLI::App& app, Options& options) {
  app.add_flag("--open", options.open, "Show this query on the page of a running logserve, or print its address.")->group("Page");
  app.add_option("--server", options.server, "Of --open: where the logserve is. Default: http://127.0.0.1:8514.")
      ->type_name("URL")
      ->group("Page");
  app.add_option("--browser", options.browser, "Of --open: what shows pages. Default: $BROWSER, else xdg-open.")
      ->type_name("COMMAND")
      ->envname("BROWSER")
      ->group("Page");
}

void add_sharing_options(CLI::App& app, Options& options) {
  app.add_flag("--partial", options.partial, "Print what a query that counts has collected, for --merge.")->group("Sharing");
  app.add_flag("--merge", options.merge, "Read what several --partial of this query printed, and finish it.")->group("Sharing");
}

void add_shell_options(CLI::App& app, Options& options) {
  app.add_option("--complete", options.complete,
                 "Print what the beginning of a query may go on as, one a line; a word beside it is a FILE. Shells ask for it.")
      ->type_name("TEXT")
      ->group("Shells");
}

void add_limit_options(CLI::App& app, Options& options) {
  app.add_option("--threads", options.threads,
                 "How many threads read a store or a file; the answer is the same. Default: one for each core.")
      ->check(CLI::Range(1U, kThreadsMax).description(""))
      ->type_name("COUNT")
      ->group("Limits");
  cli::add_size(app, "--memory", options.memory_bytes,
                "Bound of the process's memory: what sorts and counts hold beyond it goes into temporary files. Default: 512MiB.")
      ->group("Limits");
  app.add_option("--temp-dir", options.temporary_directory, "Where temporary files are. Default: $TMPDIR, else /tmp.")
      ->type_name("DIR")
      ->envname("TMPDIR")
      ->group("Limits");
}

base::Error invalid(std::string what) { return {base::ErrorCode::invalid, std::move(what)}; }

base::Status check_export(const Options& options, const query::Query& query) {
  if (!options.cursor_file.empty() && options.export_file.empty()) return invalid("--cursor-file is for --export");
  if (options.export_file.empty()) return {};
  if (options.follow || options.count_only) return invalid("--export goes neither with --follow nor with --count");
  if (!options.cursor_file.empty() && !(reads_store(options) && query.each_row() && options.newest.value_or(0) == 0))
    return invalid("--cursor-file is for a store, and for a query that shows each row as it comes");
  const auto form = ExportForm::from_path(options.export_file, options.output);
  return form ? base::Status{} : base::Status(form.error());
}

}  // namespace

void Logquery::add_options(CLI::App& app, Options& options) {
  add_source_options(app, options);
  add_search_options(app, options);
  add_context_options(app, options);
  add_stage_options(app, options);
  add_output_options(app, options);
  add_page_options(app, options);
  add_sharing_options(app, options);
  add_shell_options(app, options);
  add_limit_options(app, options);
}

base::Status Logquery::check(const Options& options) {
  if (options.complete) return {};  // half a line
  if (!options.output.empty() && options.output != "frames" && !query::find_printer(options.output))
    return invalid("-o: '" + options.output + "' is none of " + output_names());
  if (options.follow && !options.files.empty()) return invalid("--follow works on stores; for files: logcollect FILE | logquery QUERY");
  if (auto format = InputFormat::from_name(options.input); !format) return std::move(format).error();
  if (options.memory_bytes < kMemoryMin) return invalid("--memory: at least 64MiB, most of which a block of long texts takes");
  if (options.merge && (options.partial || options.follow)) return invalid("--merge goes with neither --partial nor --follow");
  const auto prepared = prepare_query(options, base::system_clock().now());
  if (!prepared) return prepared.error();
  if (options.open) return check_open(options);
  if (auto good = check_export(options, *prepared); !good) return good;
  if (options.follow && !prepared->goes_on() && !prepared->merge_point())
    return invalid("--follow shows rows as they come, or numbers as they change; this needs an end: " + prepared->text());
  return {};
}

}  // namespace logmill::logquery
