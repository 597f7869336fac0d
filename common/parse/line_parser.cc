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

LineParser::LineParser(LineParserOptions options) : options_(std::move(options)), context_{options_.reference, memory_} {
  if (!options_.asked_fields) {
    memory_.pairs = pair_keys(std::nullopt, true);
    return;
  }
  asked_ = AskedNames(*options_.asked_fields);
  std::vector<std::string> with_host = asked_.names();
  with_host.emplace_back(record::kHost);
  memory_.pairs = pair_keys(with_host, options_.asks_time);
  with_host_ = AskedNames(std::move(with_host));
  asks_more_ = std::ranges::any_of(*options_.asked_fields,
                                   [](std::string_view name) { return name != record::kTimestamp && name != record::kLevel; });
  ask_for_host(false);
}

// Of one that a record has already others are made.
void LineParser::ask_for_host(bool asks) {
  if (!options_.asked_fields) return;
  context_.fields = asks ? &with_host_ : &asked_;
  context_.asks_more = asks || asks_more_;
}

// With `rest` the rows that have no room are moved there, and not parsed.
LineCounts LineParser::parse_batch(record::Batch& batch, record::Batch* rest) {
  LineCounts counts;
  const bool has_docker = holds_docker_objects(batch), has_lines = batch.find(options_.field) != nullptr;
  if (!has_docker && !has_lines) return counts;
  const std::size_t log = has_docker ? batch.column_index(kDockerLog) : 0;
  Columns columns = has_lines ? columns_of(batch) : Columns{};
  columns.others_empty = !has_docker && holds_only_lines(batch);
  message_column_ = batch.column_index(record::kMessage);
  record::RowWriter row(batch);
  // False if the row is as it was, for want of room.
  const bool finds_formats = !options_.format.regex_ && options_.format.spec_ == nullptr;
  Memory* const memory = columns.others_empty && finds_formats && in_raw() ? &memory_of(batch, {}) : nullptr;
  ask_for_host(false);
  memory_.marks.begin(batch.text().view());
  const auto parse = [&] {
    memory_.too_wide = memory_.words_in_vain = false;
    tried_ = {};
    if (const Short way = memory != nullptr ? parse_lone_line(row, columns, *memory) : Short::none; way != Short::none) {
      ++(way == Short::parsed ? counts.parsed : counts.unparsed);
      return true;
    }
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

bool LineParser::holds_only_lines(const record::Batch& batch) const {
  return std::ranges::all_of(batch.columns(),
                             [this](const record::Column& column) { return column.values.empty() || column.name == options_.field; });
}

bool LineParser::wants_parsing(record::RowWriter& row, const Columns& columns) const {
  const auto has = [&](std::size_t column) { return row.batch().columns()[column].at(row.row()).present(); };
  if (!row.batch().columns()[columns.line].at(row.row()).is_text()) return false;
  if (columns.others_empty) return true;
  // With --keep-raw the line stays beside its fields: it is not parsed again, unless that failed.
  return !in_raw() || has(columns.error) || !has(columns.message);
}

bool LineParser::parse_row(record::RowWriter& row, const Columns& columns) {
  record::Batch& batch = row.batch();
  const std::size_t at = row.row();
  const auto value = [&](std::size_t column) { return columns.others_empty ? Value{} : batch.columns()[column].at(at); };
  const auto clear = [&](std::size_t column) {
    if (batch.columns()[column].at(at).present()) batch.set(column, at, {});
  };
  const Value line = batch.columns()[columns.line].at(at);
  const Value host = value(columns.host), error = value(columns.error);
  if (!columns.others_empty) ask_for_host(host.present());
  if (columns.others_empty) {
    save_line(columns.line, line, batch.times()[at], batch.levels()[at]);
  } else {
    clear(columns.error);
    save(row);
  }
  if (!in_raw()) clear(columns.line);
  Memory& memory = memory_of(batch, value(columns.file));
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

// Most lines are of the format that is tried first. Others, as those of stack traces, look like none, and nobody asks why. A line that
// goes another way is as it was.
LineParser::Short LineParser::parse_lone_line(record::RowWriter& row, const Columns& columns, Memory& memory) {
  record::Batch& batch = row.batch();
  const Value line = batch.columns()[columns.line].at(row.row());
  if (!line.is_text()) return Short::none;
  const std::string_view text = without_line_ends(line.text());
  if (memory.outer == nullptr && usual_ != nullptr && parse_as_before(text, row)) {
    if (!options_.keep_raw) batch.columns()[columns.line].values[row.row()] = {};
    ++*latest_count_;
    return Short::parsed;
  }
  const ParserSpec* const spec = first_format(text, memory);
  if (spec == nullptr) return looks_like_none(text) ? Short::unparsed : Short::none;
  const base::TimeNs time = batch.times()[row.row()];
  const record::Severity level = batch.levels()[row.row()];
  const Attempt attempt = {spec, spec->parse(text, row, context_)};
  const bool has_inner = attempt.matched() && spec->inner != Inner::text;
  if (!attempt.matched() || memory_.too_wide || has_inner) save_line(columns.line, line, time, level);
  if (has_inner && !memory_.too_wide) parse_inner(spec->inner, row, memory);
  if (!attempt.matched() || memory_.too_wide) {
    if (!memory_.too_wide) tried_ = {text, attempt};
    memory_.too_wide = false;
    restore(row);
    return Short::none;
  }
  if (!options_.keep_raw) batch.columns()[columns.line].values[row.row()] = {};
  if (!spec->loose && learns_) memory.outer = spec;
  count(spec);
  return Short::parsed;
}

// Of a line that first_format has none for. A time, colours and a second line may make it one of some format after all.
bool LineParser::looks_like_none(std::string_view line) const {
  return !context_.asks_for(record::kParseError) && !begins_with_minute(line) && line.find('\x1b') == line.npos &&
         line.find('\n') == line.npos;
}

// Of those that auto mode may try, a bit for each of parsers().
std::uint64_t LineParser::formats_of(std::string_view line) const {
  return begins_with_minute(line) ? by_start_.by_marks[dated_marks(line)] : by_start_.by_byte[static_cast<unsigned char>(line[0])];
}

// The one that auto mode tries first; nullptr if it tries none.
const ParserSpec* LineParser::first_format(std::string_view line, const Memory& memory) const {
  if (memory.outer != nullptr || line.empty()) return memory.outer;
  for (std::uint64_t formats = formats_of(line); formats != 0; formats &= formats - 1) {
    const ParserSpec* const spec = parsers()[static_cast<std::size_t>(std::countr_zero(formats))];
    if (spec->likely(line)) return spec;
  }
  return nullptr;
}

// Of a line of the format that was found last, as most are, and of none that comes before that. Else false, and it is as it was.
bool LineParser::parse_as_before(std::string_view line, record::RowWriter& row) {
  PairWords& words = memory_.words;
  memory_.words_in_vain = true;
  if (line.empty() || !words.is_worth_it()) return false;
  const bool fits = words.find(line) && !is_likely_before_usual(line) && usual_->parse_usual(line, row, context_);
  words.note(fits);
  return fits;
}

// Of another format that is tried before it, or not of it.
bool LineParser::is_likely_before_usual(std::string_view line) const {
  const std::uint64_t formats = formats_of(line);
  if ((formats & usual_bit_) == 0) return true;
  for (std::uint64_t before = formats & (usual_bit_ - 1); before != 0; before &= before - 1) {
    const ParserSpec& spec = *parsers()[static_cast<std::size_t>(std::countr_zero(before))];
    if ((!spec.bracketed || memory_.words.has_bracket()) && spec.likely(line)) return true;
  }
  return false;
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
  const std::size_t newline = attempt.matched() ? std::string_view::npos : line.find('\n');
  if (newline != std::string_view::npos) {
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
  if (in_raw() && context_.asks_for(record::kParseError)) {
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
  const std::uint64_t all = by_start_.by_byte[static_cast<unsigned char>(line[0])];
  const std::uint64_t formats = formats_of(line);
  const Attempt attempt = try_likely(line, row, formats, furthest, remembered);
  if (attempt.matched() || memory_.too_wide || formats == all) return attempt;
  return try_likely(line, row, all, furthest, remembered);  // the others do not fit either, but may tell better why
}

LineParser::Attempt LineParser::try_likely(std::string_view line, record::RowWriter& row, std::uint64_t formats, Attempt furthest,
                                           const ParserSpec*& remembered) {
  const ParserSpec* const tried = remembered;
  for (; formats != 0; formats &= formats - 1) {
    const ParserSpec* const spec = parsers()[static_cast<std::size_t>(std::countr_zero(formats))];
    if (spec == tried || !spec->likely(line)) continue;
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
  if (tried_.attempt.spec == &spec && tried_.line.data() == line.data() && tried_.line.size() == line.size()) return tried_.attempt;
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

// Of a record that has nothing else.
void LineParser::save_line(std::size_t column, Value line, base::TimeNs time, record::Severity level) {
  saved_.fields.assign(1, {column, line});
  saved_.time = time;
  saved_.level = level;
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
    usual_ = spec != nullptr && spec->parse_usual != nullptr ? spec : nullptr;
    const auto at = static_cast<unsigned>(std::ranges::find(parsers(), spec) - parsers().begin());
    usual_bit_ = std::uint64_t{1} << at % 64;
  }
  ++*latest_count_;
}

}  // namespace logmill::parse
