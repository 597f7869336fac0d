#include <CLI/CLI.hpp>

#include "logparse/logparse.h"
#include "query/filter/filter.h"

namespace logmill::logparse {
namespace {

base::Error invalid(std::string what) { return {base::ErrorCode::invalid, std::move(what)}; }

// "auto|json|logfmt|…": the choices that --help and completions show.
std::string input_choices() {
  std::string choices = "auto|frames|ndjson|raw";
  for (const parse::ParserSpec* spec : parse::parsers()) choices += "|" + std::string(spec->name);
  return choices;
}

void add_names_option(CLI::App& app, const std::string& flag, std::vector<std::string>& names, const std::string& help) {
  app.add_option_function<std::vector<std::string>>(
         flag,
         [&names](const std::vector<std::string>& lists) {
           for (const std::string& list : lists) append_names(names, list);
         },
         help)
      ->type_name("FIELDS")
      ->allow_extra_args(false)
      ->group("Fields");
}

void add_input_options(CLI::App& app, Logparse::Options& options) {
  app.add_option("-i,--input", options.input,
                 "The format of the stream or of its lines; also regex:PATTERN, whose named groups "
                 "become fields. Default: auto, which finds out, for each file by itself.")
      ->type_name(input_choices())
      ->group("Input");
  app.add_option("--from", options.from, "Where to read: - (standard input), a path (also .gz and .zst), ring:NAME.")
      ->type_name("ENDPOINT")
      ->group("Input");
  options.multiline.add(app, "Input");
  app.add_option("--parse-field", options.field, "The field that holds the line. Default: raw; try message for JSON inside messages.")
      ->type_name("FIELD")
      ->group("Input");
}

void add_error_options(CLI::App& app, Logparse::Options& options) {
  app.add_option_function<std::string>(
         "--on-error", [&options](const std::string& what) { options.on_error = what == "reject" ? OnError::reject : OnError::pass; },
         "Lines that no format fits: pass them on with raw and parse_error, or reject them. "
         "Default: pass.")
      ->type_name("pass|reject")
      ->check(CLI::IsMember({"pass", "reject"}))
      ->group("Lines that do not parse");
  app.add_option("--rejects", options.rejects, "Append rejected lines to this file, as they are; implies --on-error reject.")
      ->type_name("FILE")
      ->group("Lines that do not parse");
}

void add_field_options(CLI::App& app, Logparse::Options& options) {
  app.add_option("--where", options.where, "Only records that match, as in: status>=500 OR level=ERROR.")
      ->type_name("EXPR")
      ->group("Fields");
  app.add_flag("--keep-raw", options.keep_raw, "Keep the line as read in the field raw.")->group("Fields");
  app.add_option_function<std::vector<std::string>>(
         "--set",
         [&options](const std::vector<std::string>& texts) {
           for (const std::string& text : texts) {
             auto assignment = parse_assignment(text);
             if (!assignment) throw CLI::ValidationError(assignment.error().what);
             options.edits.assignments.push_back(*std::move(assignment));
           }
         },
         "Give every record this field. May be repeated.")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false)
      ->group("Fields");
  add_names_option(app, "--drop", options.edits.dropped, "Leave these fields out: a,b,c.");
  add_names_option(app, "--keep", options.edits.kept, "Leave all other fields out: a,b,c.");
}

}  // namespace

void Logparse::add_options(CLI::App& app, Options& options) {
  app.add_option("files", options.files, "Files to read, also .gz and .zst. Default: --from.")->type_name("FILE");
  add_input_options(app, options);
  add_field_options(app, options);
  add_error_options(app, options);
  app.add_flag("--list-formats", options.list_formats, "Show each format, with a line that it reads, and exit.")->group("Formats");
  app.add_flag("--test", options.test,
               "Write no records; say how many lines each format fitted, and where the first "
               "others stopped fitting.")
      ->group("Formats");
  options.output.add(app);
  options.stats.add(app);
  options.grace.add(app);
}

base::Status Logparse::check(const Options& options) {
  LOGMILL_RETURN_IF_ERROR(parse_input(options.input));
  if (options.field.empty()) return invalid("--parse-field: the name is empty");
  if (!options.files.empty() && options.from != "-") return invalid("--from and FILE arguments cannot be combined");
  if (!options.where.empty())
    if (auto filter = query::Filter::parse(options.where, {}); !filter) return std::move(filter).error().with_context("--where");
  return {};
}

base::Result<Input> parse_input(std::string_view name) {
  Input input;
  // "json" is the format of lines here: what is no object is kept as a line.
  if (name == "frames" || name == "ndjson" || name == "raw") {
    input.stream = *codec::format_from_name(name);
    return input;
  }
  auto lines = parse::FormatChoice::from_name(name);
  if (!lines) return std::move(lines).error().with_context("--input");
  input.lines = *std::move(lines);
  return input;
}

std::vector<std::string> addresses(const Logparse::Options& options) {
  return options.files.empty() ? std::vector<std::string>{options.from} : options.files;
}

}  // namespace logmill::logparse
