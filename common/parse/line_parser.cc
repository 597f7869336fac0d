#include "parse/line_parser.h"

#include <algorithm>

#include "parse/json.h"
#include "record/fields.h"
#include "text/suggest.h"

namespace logmill::parse {
namespace {

using record::Value;

constexpr std::string_view kCollectorHost = "collector_host";
// Files come and go; what is remembered of them is only a guess, and may be forgotten.
constexpr std::size_t kMemoriesMax = 10'000;

std::string_view without_line_ends(std::string_view line) {
  while (line.ends_with('\r') || line.ends_with('\n')) line.remove_suffix(1);
  if (line.starts_with("\xef\xbb\xbf")) line.remove_prefix(3);  // byte order mark
  return line;
}

// Colours as terminals take them ("\x1b[1;31m") removed, or `line` itself if there are none.
std::string_view without_colors(std::string_view line, record::Batch& batch) {
  if (line.find('\x1b') == std::string_view::npos) return line;
  char* const start = batch.arena().allocate(line.size());
  char* to = start;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const std::size_t end = line.substr(i, 2) == "\x1b[" ? line.find_first_not_of("0123456789;", i + 2)
                                                         : std::string_view::npos;
    if (end != std::string_view::npos && line[end] == 'm')
      i = end;
    else
      *to++ = line[i];
  }
  const auto size = static_cast<std::size_t>(to - start);
  batch.arena().give_back(line.size() - size);
  return {start, size};
}

std::vector<std::string_view> format_names() {
  std::vector<std::string_view> names = {"auto", "regex:"};
  for (const ParserSpec* spec : parsers()) names.push_back(spec->name);
  return names;
}

}  // namespace

base::Result<FormatChoice> FormatChoice::from_name(std::string_view name) {
  FormatChoice choice;
  if (name == "auto") return choice;
  constexpr std::string_view kRegex = "regex:";
  if (name.starts_with(kRegex)) {
    LOGMILL_ASSIGN_OR_RETURN(RegexLine regex, RegexLine::compile(name.substr(kRegex.size())));
    choice.regex_ = std::make_shared<const RegexLine>(std::move(regex));
    return choice;
  }
  choice.spec_ = find_parser(name);
  if (choice.spec_ != nullptr) return choice;
  const std::string_view near = text::nearest(name, format_names());
  std::string what = "'" + std::string(name) + "' is no format";
  if (!near.empty()) what += "; did you mean " + std::string(near) + "?";
  return base::Error{base::ErrorCode::invalid, what};
}

LineParser::LineParser(LineParserOptions options)
    : options_(std::move(options)), context_{options_.reference, json_} {}

LineCounts LineParser::parse_batch(record::Batch& batch) {
  LineCounts counts;
  if (batch.find(options_.field) == nullptr) return counts;
  const std::size_t line_column = batch.column_index(options_.field);
  const std::size_t error_column = batch.column_index(record::kParseError);
  const std::size_t host_column = batch.column_index(record::kHost);
  const std::size_t file_column = batch.column_index(record::kFile);
  const bool in_raw = options_.field == record::kRaw;

  record::RowWriter row(batch);
  for (std::size_t i = 0; i < batch.rows(); ++i) {
    const Value line = batch.columns()[line_column].at(i);
    if (!line.is_text() || batch.columns()[error_column].at(i).present()) continue;
    row.select_row(i);
    save(row);
    const Value collector_host = batch.columns()[host_column].at(i);
    if (!in_raw) batch.set(line_column, i, {});
    if (!parse_row(without_line_ends(line.text()), row, memory_of(batch, i, &batch.columns()[file_column]))) {
      ++counts.unparsed;
      continue;
    }
    ++counts.parsed;
    if (in_raw && !options_.keep_raw) batch.set(line_column, i, {});
    if (collector_host.present() && batch.columns()[host_column].at(i) != collector_host)
      row.set(kCollectorHost, collector_host);
  }
  return counts;
}

LineParser::Memory& LineParser::memory_of(const record::Batch& batch, std::size_t row,
                                          const record::Column* files) {
  const Value file = files->at(row);
  const record::StreamId& stream = batch.range().stream;
  const std::string_view key =
      file.is_text() ? file.text() : std::string_view(reinterpret_cast<const char*>(stream.data()), stream.size());
  if (latest_memory_ != nullptr && key == latest_key_) return *latest_memory_;
  if (memories_.size() >= kMemoriesMax) memories_.clear();
  latest_key_ = key;
  latest_memory_ = &memories_[latest_key_];
  return *latest_memory_;
}

bool LineParser::parse_row(std::string_view line, record::RowWriter& row, Memory& memory) {
  Attempt attempt = parse_line(line, row, memory);
  if (!attempt.matched()) {
    restore(row);
    const std::string_view plain = without_colors(line, row.batch());
    if (plain.size() != line.size()) attempt = parse_line(plain, row, memory);
  }
  if (attempt.matched()) {
    count(attempt.spec);
    if (attempt.spec != nullptr) parse_inner(attempt.spec->inner, row, memory);
    return true;
  }
  restore(row);
  if (options_.field == record::kRaw) {
    std::string error = attempt.spec == nullptr ? "no format fits" : std::string(attempt.spec->name);
    if (!attempt.outcome.expected.empty()) {
      error += ": column " + std::to_string(attempt.outcome.column) + ": expected ";
      error += attempt.outcome.expected;
    }
    row.set(record::kParseError, Value::string(row.own(error)));
  }
  return false;
}

LineParser::Attempt LineParser::parse_line(std::string_view line, record::RowWriter& row, Memory& memory) {
  const FormatChoice& format = options_.format;
  if (format.regex_) return {nullptr, format.regex_->parse(line, row, context_)};
  if (format.spec_ != nullptr) return {format.spec_, format.spec_->parse(line, row, context_)};
  return parse_auto(line, row, memory.outer);
}

LineParser::Attempt LineParser::parse_auto(std::string_view line, record::RowWriter& row,
                                           const ParserSpec*& remembered) {
  Attempt furthest;
  const ParserSpec* const first = remembered;
  if (first != nullptr) {
    furthest = try_format(*first, line, row);
    if (furthest.matched()) return furthest;
  }
  for (const ParserSpec* spec : parsers()) {
    if (spec == first || spec->likely == nullptr || !spec->likely(line)) continue;
    const Attempt attempt = try_format(*spec, line, row);
    if (attempt.matched()) {
      if (!spec->loose) remembered = spec;
      return attempt;
    }
    if (attempt.outcome.column > furthest.outcome.column || furthest.spec == nullptr) furthest = attempt;
  }
  return furthest;
}

LineParser::Attempt LineParser::try_format(const ParserSpec& spec, std::string_view line,
                                           record::RowWriter& row) {
  const Attempt attempt{&spec, spec.parse(line, row, context_)};
  if (!attempt.matched()) restore(row);
  return attempt;
}

// The message is a line of its own: what it says of time, level and message is nearer to the event than what
// the envelope says.
void LineParser::parse_inner(Inner inner, record::RowWriter& row, Memory& memory) {
  if (inner == Inner::text) return;
  const Value message = row.get(record::kMessage);
  if (!message.is_text() || message.text().empty()) return;
  if (inner == Inner::json && !message.text().starts_with('{')) return;

  save(row);
  const base::TimeNs time = saved_.time;
  const record::Severity level = saved_.level;
  row.set(record::kMessage, {});
  row.set_time(record::kNoTime);
  row.set_level(record::Severity::none);
  const bool matched = inner == Inner::json ? read_json(message.text(), row, context_).matched()
                                            : parse_auto(message.text(), row, memory.inner).matched();
  if (!matched) return restore(row);
  if (!row.has_time()) row.set_time(time);
  if (!row.has_level()) row.set_level(level);
}

void LineParser::save(record::RowWriter& row) {
  const record::Batch& batch = row.batch();
  saved_.fields.clear();
  saved_.time = batch.times()[row.row()];
  saved_.level = batch.levels()[row.row()];
  for (std::size_t i = 0; i < batch.columns().size(); ++i)
    if (const Value value = batch.columns()[i].at(row.row()); value.present())
      saved_.fields.emplace_back(i, value);
}

void LineParser::restore(record::RowWriter& row) {
  record::Batch& batch = row.batch();
  for (record::Column& column : batch.columns())
    if (row.row() < column.values.size()) column.values[row.row()] = {};
  for (const auto& [column, value] : saved_.fields) batch.set(column, row.row(), value);
  row.set_time(saved_.time);
  row.set_level(saved_.level);
  row.select_row(row.row());
}

void LineParser::count(const ParserSpec* spec) {
  if (latest_count_ == nullptr || spec != latest_spec_) {
    latest_spec_ = spec;
    latest_count_ = &fitted_[spec];
  }
  ++*latest_count_;
}

}  // namespace logmill::parse
