// key=value pairs (brandur.org/logfmt). A key without a value is true, as in go-logfmt.
#include <array>

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

// Whether something is made of its value.
bool matters(std::string_view) { return true; }
bool matters(const record::Key& key) { return key.field.asked || key.field.known.role != record::Role::field || key.field.name == "t"; }

// What follows the '=' of a key: its text, or what is known of it.
template <class Key>
bool take_value(Cursor& cursor, record::RowWriter& row, const Key& key, const ParseContext& context) {
  if (cursor.peek() != '"') {
    const std::string_view word = cursor.take_word();
    if (matters(key)) set_known_field(row, key, word, Quoted::no, context);
    return true;
  }
  std::string_view inside;
  if (!take_quoted(cursor, inside)) return false;
  if (matters(key)) set_known_field(row, key, unescape(inside, row), Quoted::yes, context);
  return true;
}

// With its '='; nullptr if none stands here, or so near to the end that more than the line would be looked at.
const record::Key* take_pair_key(Cursor& cursor, record::KeyMemory& pairs) {
  const std::string_view rest = cursor.rest();
  if (rest.size() < sizeof(std::uint64_t)) return nullptr;
  const record::Key* key = pairs.expected(rest.data(), rest.data() + rest.size(), {});
  if (key != nullptr) {
    cursor.skip(key->quoted.size());
    return key;
  }
  Cursor ahead = cursor;
  const std::string_view name = take_key(ahead);
  if (name.empty() || !ahead.take('=')) return nullptr;
  cursor = ahead;
  const std::string_view with_equals(name.data(), name.size() + 1);
  key = pairs.find(with_equals, {});
  return key != nullptr ? key : pairs.learn(with_equals, {}, name);
}

Outcome parse_logfmt(std::string_view line, record::RowWriter& row, const ParseContext& context) {
  Cursor cursor(line);
  cursor.skip_spaces();
  if (context.memory.pairs.begin()) ++context.memory.pairs_generation;
  std::size_t pairs = 0;
  while (!cursor.at_end()) {
    if (const record::Key* const pair = take_pair_key(cursor, context.memory.pairs)) {
      if (!take_value(cursor, row, *pair, context)) return cursor.mismatch("a string that ends");
      ++pairs;
    } else {
      const std::string_view key = take_key(cursor);
      if (key.empty()) return cursor.mismatch("a key");
      const bool has_value = cursor.take('=');
      if (has_value && !take_value(cursor, row, key, context)) return cursor.mismatch("a string that ends");
      pairs += has_value;
      if (!has_value && context.asks_for(key)) row.set(key, record::Value::boolean(true));
    }
    if (!cursor.at_end() && cursor.peek() != ' ') return cursor.mismatch("a space");
    cursor.skip_spaces();
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
                                    .loose = true};

}  // namespace logmill::parse
