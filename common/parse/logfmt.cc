// key=value pairs (brandur.org/logfmt). A key without a value is true, as in go-logfmt.
#include <array>

#include "base/byte_lanes.h"
#include "parse/known_field.h"
#include "parse/quoted.h"

namespace logmill::parse {
namespace {

constexpr auto kKeyChars = [] {
  std::array<bool, 256> chars{};
  for (int c = 0; c < 256; ++c) chars[c] = is_alnum(static_cast<char>(c));
  for (const char c : {'_', '.', '-', '@', '/', ':'}) chars[static_cast<unsigned char>(c)] = true;
  return chars;
}();

bool is_key_char(char c) { return kKeyChars[static_cast<unsigned char>(c)]; }

std::string_view take_key(Cursor& cursor) {
  const std::string_view rest = cursor.rest();
  std::size_t size = 0;
  while (size < rest.size() && is_key_char(rest[size])) ++size;
  cursor.skip(size);
  return rest.substr(0, size);
}

// What follows the '=' of a key: its text, or what is known of it.
bool take_value(Cursor& cursor, record::RowWriter& row, const record::Key& key, const ParseContext& context) {
  const bool asked = key.field.asked;
  if (cursor.peek() != '"') {
    const std::string_view word = cursor.take_word();
    if (asked) set_known_field(row, key, word, Quoted::no, context);
    return true;
  }
  std::string_view inside;
  if (!take_quoted(cursor, inside)) return false;
  if (asked) set_known_field(row, key, unescape(inside, row), Quoted::yes, context);
  return true;
}

// With its '='; nullptr if none stands here.
const record::Key* take_new_key(Cursor& cursor, record::KeyMemory& pairs) {
  Cursor ahead = cursor;
  const std::string_view name = take_key(ahead);
  if (name.empty() || !ahead.take('=')) return nullptr;
  cursor = ahead;
  const std::string_view with_equals(name.data(), name.size() + 1);
  const record::Key* const key = pairs.find(with_equals, {});
  return key != nullptr ? key : pairs.learn(with_equals, {}, name);
}

// Behind the value that begins at `at`; nullptr if it has to be looked at closely.
const char* skip_value(const char* at, const char* end) {
  if (at == end || *at != '"') return base::find_near(at, end, ' ');
  const char* const quote = base::find_near(at + 1, end, '"');
  return quote != end && quote[-1] != '\\' ? quote + 1 : nullptr;
}

Outcome parse_logfmt(std::string_view line, record::RowWriter& row, const ParseContext& context) {
  record::KeyMemory& memory = context.memory.pairs;
  if (memory.begin()) ++context.memory.pairs_generation;
  Cursor cursor(line);
  const char* at = line.data();
  const char* const end = at + line.size();
  std::size_t pairs = 0;
  while (true) {
    while (at != end && *at == ' ') ++at;
    if (at == end) break;
    const record::Key* pair = memory.expected_member(at, end);
    if (pair == nullptr) pair = memory.expected(at, end, {});
    if (pair != nullptr && !pair->field.asked) {
      const char* const behind = skip_value(at + pair->quoted.size(), end);
      if (behind != nullptr && (behind == end || *behind == ' ')) {
        at = behind;
        ++pairs;
        continue;
      }
    }
    cursor.continue_at({at, static_cast<std::size_t>(end - at)});
    if (pair != nullptr)
      cursor.skip(pair->quoted.size());
    else
      pair = take_new_key(cursor, memory);
    if (pair != nullptr) {
      if (!take_value(cursor, row, *pair, context)) return cursor.mismatch("a string that ends");
      ++pairs;
    } else {
      const std::string_view key = take_key(cursor);
      if (key.empty()) return cursor.mismatch("a key");
      if (context.asks_for(key)) row.set(key, record::Value::boolean(true));
    }
    if (!cursor.at_end() && cursor.peek() != ' ') return cursor.mismatch("a space");
    at = cursor.rest().data();
  }
  return pairs > 0 ? Outcome{} : Outcome{1, "key=value"};
}

// Starts with a key and has a second '=': "x=1" alone is too little to tell.
bool likely_logfmt(std::string_view line) {
  std::size_t size = 0;
  while (size < line.size() && is_key_char(line[size])) ++size;
  if (size == 0 || size == line.size() || line[size] != '=') return false;
  return line.find('=', size + 1) != std::string_view::npos;
}

}  // namespace

extern constexpr ParserSpec kLogfmt{.name = "logfmt",
                                    .summary = "key=value pairs, values quoted when they hold spaces",
                                    .sample = R"(ts=2026-11-21T10:15:00Z level=info msg="now listening" port=5140)",
                                    .parse = parse_logfmt,
                                    .likely = likely_logfmt,
                                    .starts = is_key_char,
                                    .dated = dated::kT,
                                    .loose = true};

}  // namespace logmill::parse
