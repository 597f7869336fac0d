#include "parse/line_parser.h"

#include <algorithm>
#include <bit>

#include "parse/json.h"
#include "parse/known_field.h"
#include "record/fields.h"
#include "text/suggest.h"

namespace logmill::parse {
namespace {

using record::Value;

constexpr std::string_view kCollectorHost = "collector_host";
constexpr std::string_view kDockerLog = "log", kDockerStream = "stream";
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
    const std::size_t end = line.substr(i, 2) == "\x1b[" ? line.find_first_not_of("0123456789;", i + 2) : std::string_view::npos;
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

std::vector<std::string> LineParser::fields_parsed() { return {std::string(record::kRaw), std::string(kDockerLog)}; }

LineParser::LineParser(LineParserOptions options)
    : options_(std::move(options)), context_{options_.reference, memory_, options_.asked_fields ? &*options_.asked_fields : nullptr} {
  memory_.pairs = pair_keys(options_.asked_fields);
}

// With `rest` the rows that have no room are moved there, and not parsed.
LineCounts LineParser::parse_batch(record::Batch& batch, record::Batch* rest) {
  LineCounts counts;
  const bool has_docker = holds_docker_objects(batch), has_lines = batch.find(options_.field) != nullptr;
  if (!has_docker && !has_lines) return counts;
  const std::size_t log = has_docker ? batch.column_index(kDockerLog) : 0;
  const Columns columns = has_lines ? columns_of(batch) : Columns{};
  message_column_ = batch.column_index(record::kMessage);
  record::RowWriter row(batch);
  // False if the row is as it was, for want of room.
  const auto parse = [&] {
    memory_.too_wide = false;
    if (has_docker && !unwrap_docker_object(row, log)) return false;
    if (!has_lines || !wants_parsing(row, columns)) return true;
    const bool parsed = parse_row(row, columns);
    if (!memory_.too_wide) ++(parsed ? counts.parsed : counts.unparsed);
    return !memory_.too_wide;
  };
  for (std::size_t i = 0; i < batch.rows(); ++i) {
    row.select_row(i);
    memory_.asks_width = rest != nullptr;
    if (!parse()) {
      if (hand_on(batch, i, *rest)) break;
      memory_.asks_width = false;
      parse();
    }
    const bool wide = (i + 1) * batch.columns().size() >= 2 * record::Batch::kCellsMax && i + 1 < batch.rows();
    if (wide && rest != nullptr && hand_on(batch, i + 1, *rest)) break;
  }
  return counts;
}

bool LineParser::hand_on(record::Batch& batch, std::size_t row, record::Batch& rest) { return row > 0 && batch.split(row, rest); }

LineParser::Columns LineParser::columns_of(record::Batch& batch) const {
  return {.line = batch.column_index(options_.field),
          .error = batch.column_index(record::kParseError),
          .message = batch.column_index(record::kMessage),
          .host = batch.column_index(record::kHost),
          .file = batch.column_index(record::kFile)};
}

bool LineParser::wants_parsing(record::RowWriter& row, const Columns& columns) const {
  const auto has = [&](std::size_t column) { return row.batch().columns()[column].at(row.row()).present(); };
  if (!row.batch().columns()[columns.line].at(row.row()).is_text()) return false;
  // With --keep-raw the line stays beside its fields: it is not parsed again, unless that failed.
  return !in_raw() || has(columns.error) || !has(columns.message);
}

bool LineParser::parse_row(record::RowWriter& row, const Columns& columns) {
  record::Batch& batch = row.batch();
  const std::size_t at = row.row();
  const auto clear = [&](std::size_t column) {
    if (batch.columns()[column].at(at).present()) batch.set(column, at, {});
  };
  const Value line = batch.columns()[columns.line].at(at);
  const Value host = batch.columns()[columns.host].at(at);
  const Value error = batch.columns()[columns.error].at(at);
  clear(columns.error);
  save(row);
  if (!in_raw()) clear(columns.line);
  Memory& memory = memory_of(batch, batch.columns()[columns.file].at(at));
  const bool parsed = parse_text(without_line_ends(line.text()), row, memory);
  if (memory_.too_wide) {
    restore(row);
    if (error.present()) batch.set(columns.error, at, error);
  }
  if (!parsed || memory_.too_wide) return false;
  if (in_raw() && !options_.keep_raw) clear(columns.line);
  if (host.present() && batch.columns()[columns.host].at(at) != host) row.set(kCollectorHost, host);
  return true;
}

// Docker's objects that were decoded already, because what came in was NDJSON.
bool LineParser::holds_docker_objects(const record::Batch& batch) {
  const record::Column* log = batch.find(kDockerLog);
  return log != nullptr && !log->values.empty() && batch.find(kDockerStream) != nullptr;
}

// False for want of room, as it was.
bool LineParser::unwrap_docker_object(record::RowWriter& row, std::size_t log_column) {
  record::Batch& batch = row.batch();
  const std::size_t at = row.row();
  const Value text = batch.columns()[log_column].at(at);
  if (text.kind() != record::Kind::string || !row.get(kDockerStream).is_text() || row.get(record::kMessage).present()) return true;
  batch.set(log_column, at, {});
  batch.set(message_column_, at, Value::string(without_line_ends(text.text())));
  parse_inner(Inner::line, row, memory_of(batch, row.get(record::kFile)));
  if (!memory_.too_wide) return true;
  batch.set(log_column, at, text);
  batch.set(message_column_, at, {});
  return false;
}

void LineParser::know_as(const LineParser& other) {
  memories_ = other.memories_;
  latest_key_.clear();
  latest_memory_ = nullptr;
}

LineParser::Memory& LineParser::memory_of(const record::Batch& batch, const Value& file) {
  const record::StreamId& stream = batch.range().stream;
  const std::string_view key = file.is_text() ? file.text() : std::string_view(reinterpret_cast<const char*>(stream.data()), stream.size());
  if (latest_memory_ != nullptr && key == latest_key_) return *latest_memory_;
  latest_key_ = key;
  if (!learns_) {
    const auto known = memories_.find(latest_key_);
    latest_memory_ = known == memories_.end() ? &unlearned_ : &known->second;
    return *latest_memory_;
  }
  if (memories_.size() >= kMemoriesMax) memories_.clear();
  latest_memory_ = &memories_[latest_key_];
  return *latest_memory_;
}

bool LineParser::parse_text(std::string_view line, record::RowWriter& row, Memory& memory) {
  Attempt attempt = parse_line(line, row, memory);
  if (memory_.too_wide) return false;
  if (!attempt.matched()) {
    restore(row);
    const std::string_view plain = without_colors(line, row.batch());
    if (plain.size() != line.size()) attempt = parse_line(plain, row, memory);
  }
  // Of an event of several lines, some formats know the first only.
  const std::size_t newline = line.find('\n');
  if (!attempt.matched() && newline != std::string_view::npos) {
    restore(row);
    const Attempt head = parse_line(without_line_ends(line.substr(0, newline)), row, memory);
    if (head.matched()) {
      row.set(record::kStackTrace, Value::string(line.substr(newline + 1)));
      attempt = head;
    }
  }
  if (memory_.too_wide) return false;
  if (attempt.matched()) {
    if (attempt.spec != nullptr) parse_inner(attempt.spec->inner, row, memory);
    if (!memory_.too_wide) count(attempt.spec);
    return true;
  }
  restore(row);
  if (in_raw()) {
    row.set(record::kParseError, Value::string(row.own(explain(line, attempt))));
  }
  return false;
}

std::string LineParser::explain(std::string_view line, const Attempt& attempt) const {
  if (line.empty()) return "the line is empty";
  if (attempt.outcome.expected.empty()) return "no format fits";
  const std::string_view format = attempt.spec != nullptr ? attempt.spec->name : "regex";
  return std::string(format) + ": column " + std::to_string(attempt.outcome.column) + ": expected " + std::string(attempt.outcome.expected);
}

LineParser::Attempt LineParser::parse_line(std::string_view line, record::RowWriter& row, Memory& memory) {
  const FormatChoice& format = options_.format;
  if (format.regex_) return {nullptr, format.regex_->parse(line, row, context_)};
  if (format.spec_ != nullptr) return {format.spec_, format.spec_->parse(line, row, context_)};
  return parse_auto(line, row, memory.outer);
}

LineParser::Attempt LineParser::parse_auto(std::string_view line, record::RowWriter& row, const ParserSpec*& remembered) {
  Attempt furthest;
  const ParserSpec* const first = remembered;
  if (first != nullptr) {
    furthest = try_format(*first, line, row);
    if (furthest.matched() || memory_.too_wide) return furthest;
  }
  if (line.empty()) return furthest;
  for (std::uint64_t formats = by_start_[static_cast<unsigned char>(line[0])]; formats != 0; formats &= formats - 1) {
    const ParserSpec* const spec = parsers()[static_cast<std::size_t>(std::countr_zero(formats))];
    if (spec == first || !spec->likely(line)) continue;
    const Attempt attempt = try_format(*spec, line, row);
    if (memory_.too_wide) return attempt;
    if (attempt.matched()) {
      if (!spec->loose && learns_) remembered = spec;
      return attempt;
    }
    if (attempt.outcome.column > furthest.outcome.column || furthest.spec == nullptr) furthest = attempt;
  }
  return furthest;
}

LineParser::Attempt LineParser::try_format(const ParserSpec& spec, std::string_view line, record::RowWriter& row) {
  const Attempt attempt{&spec, spec.parse(line, row, context_)};
  if (!attempt.matched()) restore(row);
  return attempt;
}

// The message is a line of its own: what it says of time, level and message is nearer to the event
// than what the envelope says.
void LineParser::parse_inner(Inner inner, record::RowWriter& row, Memory& memory) {
  if (inner == Inner::text) return;
  const Value message = row.batch().columns()[message_column_].at(row.row());
  if (!message.is_text() || message.text().empty()) return;
  if (inner == Inner::json && !message.text().starts_with('{')) return;

  std::swap(saved_, saved_envelope_);
  save(row);
  const base::TimeNs time = saved_.time;
  const record::Severity level = saved_.level;
  row.set(record::kMessage, {});
  row.set_time(record::kNoTime);
  row.set_level(record::Severity::none);
  const bool matched =
      inner == Inner::json ? read_json(message.text(), row, context_).matched() : parse_auto(message.text(), row, memory.inner).matched();
  if (!matched) restore(row);
  if (matched && !row.has_time()) row.set_time(time);
  if (matched && !row.has_level()) row.set_level(level);
  std::swap(saved_, saved_envelope_);
}

void LineParser::save(record::RowWriter& row) {
  const record::Batch& batch = row.batch();
  saved_.fields.clear();
  saved_.time = batch.times()[row.row()];
  saved_.level = batch.levels()[row.row()];
  for (std::size_t i = 0; i < batch.columns().size(); ++i)
    if (const Value value = batch.columns()[i].at(row.row()); value.present()) saved_.fields.emplace_back(i, value);
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
