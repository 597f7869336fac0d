// What the logging libraries of many languages write: a time and a level, around them in any of
// several orders a thread, a process and a logger, then the message.
//
//   log4j, logback   2026-11-21 10:15:00,123 [main] ERROR com.x.Y - MESSAGE
//   Hadoop, Spark    2026-11-21 10:15:00,123 INFO [main] com.x.Y: MESSAGE
//   ZooKeeper        2026-11-21 10:15:00,123 - INFO  [thread:Class@77] - MESSAGE
//   Spring Boot      2026-11-21T10:15:00.123Z  INFO 815 --- [main] c.x.Y : MESSAGE
//   Elasticsearch    [2026-11-21T10:15:00,123][INFO ][o.e.n.Node] MESSAGE
//   Python           2026-11-21 10:15:00,123 - app.core - INFO - MESSAGE
//   loguru           2026-11-21 10:15:00.123 | INFO | app.core:main:20 - MESSAGE
//   Laravel          [2026-11-21 10:15:00] production.ERROR: MESSAGE
//
// One walk takes them all: whatever stands before the level, the level, whatever may name the
// origin.
#include "base/bytes.h"
#include "parse/parser.h"
#include "parse/stamp.h"
#include "record/fields.h"

namespace logmill::parse {
namespace {

using record::Value;

bool ends_word(char c) { return c == ' ' || c == '\t' || c == '|' || c == ',' || c == ':'; }
bool is_separator(char c) { return ends_word(c) || c == '-'; }

void skip_separators(Cursor& cursor) {
  while (!cursor.at_end() && is_separator(cursor.peek())) cursor.skip(1);
}

// Takes "[…]" or "(…)" with what is nested in it.
bool take_group(Cursor& cursor, char open, char close, std::string_view& inside) {
  const std::string_view text = cursor.rest();
  if (!text.starts_with(open)) return false;
  std::size_t depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == open) ++depth;
    if (text[i] != close || --depth > 0) continue;
    inside = trim(text.substr(1, i - 1));
    cursor.skip(i + 1);
    return true;
  }
  return false;
}

bool take_stamp(Cursor& cursor, record::RowWriter& row, const ParseContext& context) {
  const bool bracketed = cursor.take('[');
  auto time = take_common_stamp(cursor, context);
  if (!time) time = take_stamp(cursor, "%y%m%d %H%M%S", context.reference);  // HDFS
  if (!time || (bracketed && !cursor.take(']'))) return false;
  row.set_time(*time);
  return true;
}

std::string_view next_word(std::string_view text) {
  std::size_t size = 0;
  while (size < text.size() && !ends_word(text[size])) ++size;
  return text.substr(0, size);
}

// A level in running text must look like one: "INFO", "Info", or "info:".
std::optional<record::Severity> level_of_word(std::string_view word, char after) {
  if (word.size() < 3) return std::nullopt;
  const bool looks_like_one = is_upper(word[0]) || (!is_digit(word[0]) && (after == ':' || after == '|' || after == '\t'));
  return looks_like_one ? record::severity_from_text(word) : std::nullopt;
}

char after(std::string_view text, std::string_view word) { return word.size() < text.size() ? text[word.size()] : '\0'; }

// The first of eight bytes.
consteval std::uint64_t bytes_of(std::string_view text) {
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < text.size(); ++i) bytes |= std::uint64_t{static_cast<unsigned char>(text[i])} << 8 * i;
  return bytes;
}

// "INFO " and the others as most write them; `none` of any other text. Which one it is decides no branch.
record::Severity usual_level(std::string_view text) {
  using record::Severity;
  constexpr std::uint64_t kFive = 0xff'ffff'ffff, kSix = 0xffff'ffff'ffff;
  if (text.size() < sizeof(std::uint64_t)) return Severity::none;
  const std::uint64_t bytes = base::load_le<std::uint64_t>(text.data());
  const auto level_if = [](bool is, Severity level) { return is ? static_cast<unsigned>(level) : 0U; };
  return static_cast<Severity>(
      level_if((bytes & kFive) == bytes_of("INFO "), Severity::info) | level_if((bytes & kFive) == bytes_of("WARN "), Severity::warn) |
      level_if((bytes & kSix) == bytes_of("DEBUG "), Severity::debug) | level_if((bytes & kSix) == bytes_of("ERROR "), Severity::error) |
      level_if((bytes & kSix) == bytes_of("TRACE "), Severity::trace) | level_if((bytes & kSix) == bytes_of("FATAL "), Severity::fatal));
}

bool take_level(Cursor& cursor, record::RowWriter& row) {
  const std::string_view rest = cursor.rest();
  if (const record::Severity usual = usual_level(rest); usual != record::Severity::none) {
    row.set_level(usual);
    cursor.skip(record::severity_name(usual).size());
    return true;
  }
  std::string_view word;
  if (take_group(cursor, '[', ']', word)) {
    if (const auto severity = record::severity_from_text(word); severity && !is_number(word)) {
      row.set_level(*severity);
      return true;
    }
    cursor.continue_at(rest);
    return false;
  }
  word = next_word(rest);
  const auto severity = level_of_word(word, after(rest, word));
  if (!severity) return false;
  row.set_level(*severity);
  cursor.skip(word.size());
  return true;
}

// "production.ERROR:"
bool take_channel_and_level(Cursor& cursor, record::RowWriter& row, const ParseContext& context) {
  const std::string_view word = next_word(cursor.rest());
  const std::size_t dot = word.rfind('.');
  if (dot == std::string_view::npos || after(cursor.rest(), word) != ':') return false;
  const auto severity = level_of_word(word.substr(dot + 1), ':');
  if (!severity) return false;
  if (context.asks_more) row.set("logger", Value::string(word.substr(0, dot)));
  row.set_level(*severity);
  cursor.skip(word.size());
  return true;
}

// Walks over thread, process and logger to the level; gives up at the second word that is none.
bool take_up_to_level(Cursor& cursor, record::RowWriter& row, const ParseContext& context) {
  constexpr int kPackagePartsMax = 4;
  bool logger_seen = false;
  for (int parts = 0; parts <= kPackagePartsMax; ++parts) {
    skip_separators(cursor);
    if (take_level(cursor, row) || take_channel_and_level(cursor, row, context)) return true;
    std::string_view part;
    if (take_group(cursor, '[', ']', part)) {
      if (context.asks_more) row.set("thread", Value::string(part));
      continue;
    }
    part = next_word(cursor.rest());
    if (part.empty()) return false;
    cursor.skip(part.size());
    if (is_number(part)) {
      if (context.asks_more) row.set("pid", record::value_from_text(part));
    } else {
      if (logger_seen) return false;
      if (context.asks_more) row.set("logger", Value::string(part));
      logger_seen = true;
    }
  }
  return false;
}

// ZooKeeper's "QuorumPeer[myid=1]/0:0:0:0:0:0:0:0:2181:FastLeaderElection@774".
void set_thread(record::RowWriter& row, std::string_view text) {
  const std::size_t at = text.rfind('@');
  const std::size_t colon = text.substr(0, at).rfind(':');
  if (at == std::string_view::npos || colon == std::string_view::npos || !is_number(text.substr(at + 1)))
    return row.set("thread", Value::string(text));
  row.set("thread", Value::string(text.substr(0, colon)));
  row.set("logger", Value::string(text.substr(colon + 1, at - colon - 1)));
  row.set("line", record::value_from_text(text.substr(at + 1)));
}

// Behind the level: "815 --- [thread]", "[thread]", or "[logger] (thread)".
// Elasticsearch's "[INFO ][o.e.n.Node]", with nothing between the brackets, holds the logger.
void take_thread(Cursor& cursor, record::RowWriter& row, bool adjacent) {
  Cursor ahead = cursor;
  const std::string_view pid = ahead.take_digits();
  if (!pid.empty() && ahead.take(" --- ")) {
    row.set("pid", record::value_from_text(pid));
    cursor = ahead;
  }
  std::string_view group, thread;
  if (!take_group(cursor, '[', ']', group)) return;
  ahead = cursor;
  ahead.skip_spaces();
  if (take_group(ahead, '(', ')', thread)) {
    row.set("logger", Value::string(group));
    row.set("thread", Value::string(thread));
    cursor = ahead;
  } else if (adjacent || row.get("thread").present()) {
    row.set("logger", Value::string(group));
  } else {
    set_thread(row, group);
  }
}

bool is_logger_name(std::string_view word) {
  for (const char c : word)
    if (!is_alnum(c) && std::string_view("._-$/<>:@#\\").find(c) == std::string_view::npos) return false;
  return !word.empty() && !is_digit(word[0]);
}

// "com.x.Y - ", "com.x.Y: ", "com.x.Y   : ", or "app.core:20 ", which Python programs write.
void take_logger(Cursor& cursor, record::RowWriter& row) {
  Cursor ahead = cursor;
  std::string_view word = ahead.take_word();
  const bool colon = word.ends_with(':');
  if (colon) word.remove_suffix(1);
  if (!is_logger_name(word)) return;
  const std::size_t last_colon = word.rfind(':');
  const bool has_line = last_colon != std::string_view::npos && is_number(word.substr(last_colon + 1));
  if (!colon) {
    const Cursor behind_word = ahead;
    ahead.skip_spaces();
    if (!ahead.take("- ") && !ahead.take(": ")) {
      if (!has_line) return;
      ahead = behind_word;
    }
  }
  row.set("logger", Value::string(has_line ? word.substr(0, last_colon) : word));
  if (has_line) row.set("line", record::value_from_text(word.substr(last_colon + 1)));
  cursor = ahead;
}

void skip_to_message(Cursor& cursor) {
  cursor.skip_spaces();
  if (!cursor.take("- ")) cursor.take(": ");
  cursor.skip_spaces();
}

Outcome parse_application(std::string_view line, record::RowWriter& row, const ParseContext& context) {
  Cursor cursor(line);
  if (!take_stamp(cursor, row, context)) return cursor.mismatch("a time");
  const Cursor behind_time = cursor;
  if (!take_up_to_level(cursor, row, context)) return behind_time.mismatch("a level");
  // Whatever stands behind the level, the line is of the format.
  if (!context.asks_more) return {};
  const bool adjacent = cursor.peek() == '[';
  skip_separators(cursor);
  take_thread(cursor, row, adjacent);
  skip_to_message(cursor);
  if (!row.get("logger").present()) take_logger(cursor, row);
  skip_to_message(cursor);
  context.set(row, record::kMessage, Value::string(cursor.rest()));
  return {};
}

bool likely_application(std::string_view line) {
  if (line.starts_with('[')) line.remove_prefix(1);
  if (line.size() < 14 || !is_digit(line[0])) return false;
  return starts_with_date(line) || line[2] == '/' || (line[6] == ' ' && is_number(line.substr(0, 6)));
}

}  // namespace

extern constexpr ParserSpec kApplication{.name = "app",
                                         .summary = "time, level, thread, logger and message in the orders of many logging libraries",
                                         .sample = "2026-11-21T10:15:00.123Z  INFO 815 --- [main] c.example.Shop : started",
                                         .parse = parse_application,
                                         .likely = likely_application,
                                         .starts = [](char c) { return c == '[' || is_digit(c); },
                                         .dated = dated::kAny,
                                         .loose = true};

extern constexpr ParserSpec kJava{.name = "java",
                                  .summary = "log4j, logback, Spring Boot, Hadoop and ZooKeeper; as app",
                                  .sample = "2026-11-21 10:15:00,123 [main] ERROR com.example.Shop - card refused",
                                  .parse = parse_application};

extern constexpr ParserSpec kPython{.name = "python",
                                    .summary = "Python's logging module and loguru; as app",
                                    .sample = "2026-11-21 10:15:00,123 - shop.cart - WARNING - card refused",
                                    .parse = parse_application};

}  // namespace logmill::parse
