// key=value pairs (brandur.org/logfmt). A key without a value is true, as in go-logfmt.
#include <array>
#include <optional>
#include <span>

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

// The key of the pair that begins at `at`, if it is known, behind the key `before`.
record::Key* find_key(record::Key& before, const char* at, const char* end, record::KeyMemory& memory) {
  const char* behind = at;
  while (behind != end && is_key_char(*behind)) ++behind;
  if (behind == at || behind == end || *behind != '=') return nullptr;
  memory.go_on_behind(before);
  return memory.find({at, static_cast<std::size_t>(behind - at) + 1}, {});
}

// A pair of a line that is asked for.
struct Asked {
  const record::Key* key;
  std::size_t word;
};

// Of the words that memory.words found in the line: how many are asked for. nullopt if they are not all pairs of known keys.
std::optional<std::size_t> find_asked(std::string_view line, const ParseContext& context, std::span<Asked> asked) {
  const PairWords& words = context.memory.words;
  record::KeyMemory& memory = context.memory.pairs;
  if (memory.begin()) ++context.memory.pairs_generation;
  const char* const end = line.data() + line.size();
  const char* value = end;
  record::Key* key = &memory.previous();
  std::size_t count = 0, quoted = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const char* const at = line.data() + words.begin_of(i);
    record::Key* next = record::KeyMemory::expected_member(*key, at, nullptr);
    if (next == nullptr) [[unlikely]] {
      next = find_key(*key, at, end, memory);
      if (next == nullptr) return std::nullopt;
    }
    key = next;
    value = key->behind_member(at);
    quoted += *value == '"' ? 1 : 0;
    asked[count] = {key, i};
    count += key->field.asked ? 1 : 0;
  }
  // No key has a blank: only the last one could go on behind the line.
  if (value >= end) {
    if (value > end) return std::nullopt;
    quoted -= *value == '"' ? 1 : 0;
  }
  if (2 * quoted != words.quotes()) return std::nullopt;
  return count;
}

// Of the words that memory.words found in the line: false, and nothing is set, if they are not all pairs of known keys.
bool parse_words(std::string_view line, record::RowWriter& row, const ParseContext& context) {
  const PairWords& words = context.memory.words;
  Asked asked[PairWords::kWordsMax];
  const auto count = find_asked(line, context, asked);
  if (!count) return false;
  for (const Asked& pair : std::span(asked, *count)) {
    const std::size_t begin = words.begin_of(pair.word) + pair.key->quoted.size();
    const std::string_view value = line.substr(begin, words.end_of(pair.word) - begin);
    if (!value.starts_with('"')) {
      set_known_field(row, *pair.key, value, Quoted::no, context);
      continue;
    }
    const std::string_view inside = value.substr(1, value.size() - 2);
    set_known_field(row, *pair.key, words.has_backslash() ? unescape(inside, row) : inside, Quoted::yes, context);
  }
  return true;
}

bool parse_at_once(std::string_view line, record::RowWriter& row, const ParseContext& context) {
  PairWords& words = context.memory.words;
  if (!words.is_worth_it()) return false;
  const bool fits = words.find(line) && parse_words(line, row, context);
  words.note(fits);
  return fits;
}

Outcome parse_logfmt(std::string_view line, record::RowWriter& row, const ParseContext& context) {
  if (!context.memory.words_in_vain && parse_at_once(line, row, context)) return {};
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

// What likely_logfmt asks for is there then.
bool parse_likely_words(std::string_view line, record::RowWriter& row, const ParseContext& context) {
  return context.memory.words.size() > 1 && is_key_char(line[0]) && parse_words(line, row, context);
}

}  // namespace

extern constexpr ParserSpec kLogfmt{.name = "logfmt",
                                    .summary = "key=value pairs, values quoted when they hold spaces",
                                    .sample = R"(ts=2026-11-21T10:15:00Z level=info msg="now listening" port=5140)",
                                    .parse = parse_logfmt,
                                    .likely = likely_logfmt,
                                    .starts = is_key_char,
                                    .dated = dated::kT,
                                    .parse_usual = parse_likely_words,
                                    .loose = true};

}  // namespace logmill::parse
