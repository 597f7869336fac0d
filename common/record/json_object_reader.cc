// One JSON object to one row: a walk over the tokens that JsonIndex found, which checks the grammar
// on the way.
#include <algorithm>
#include <bitset>
#include <cstring>
#include <utility>

#include "record/json_index.h"
#include "record/json_object.h"
#include "record/json_unescape.h"
#include "record/json_scan.h"
#include "record/key_memory.h"
#include "record/object_fields.h"
#include "text/json_writer.h"
#include "text/utf8.h"

namespace logmill::record {
namespace {

using Outcome = JsonIndex::Outcome;

// Arrays in arrays; simdjson has the same bound.
constexpr std::size_t kDepthMax = 1024;
// When more than a quarter of some lines were not for JsonScan, so many look-aheads by tokens
// follow.
constexpr unsigned kTokenLooks = 15;

// What objects longer than this needed is given back.
constexpr std::size_t kLongObject = 256 << 10;

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

std::string_view reason_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::invalid_utf8: return "invalid UTF-8 outside of strings";
    case Outcome::open_string: return "a string does not end";
    case Outcome::control_character: return "a control character in a string";
    case Outcome::empty: return "empty";
    case Outcome::too_long: return "too long";
    case Outcome::good: break;
  }
  return "not a JSON object";
}

}  // namespace

struct JsonObjectReader::State {
  State(const AskedFields& asked, std::size_t vector_bytes_max) : keys(asked), scan(keys, fields, asked, vector_bytes_max) {}

  JsonIndex index;
  KeyMemory keys;
  ObjectFields fields;
  JsonScan scan;
  unsigned scans = 0, scans_failed = 0;  // since the last look-ahead
  unsigned token_looks = 0;              // still to come
  const char* refused = nullptr;         // the object that the scan was not sure of
  std::string prefix;                    // of names at this place

  RowWriter* row = nullptr;
  std::string_view indexed;              // what the tokens are offsets into
  bool ahead = false;                    // it holds objects yet to be read
  const std::uint32_t* token = nullptr;  // the next one
  const char* base = nullptr;            // indexed.data()
  const char* line_end = nullptr;
  const char* next_backslash = nullptr;  // the first behind what was looked at, or the end
  std::string_view json;
  const char* cursor = nullptr;  // what was looked at last, for messages
  std::string_view reason;

  bool scanned(std::string_view text, RowWriter& to);
  bool wants_tokens();

  bool start(std::string_view text, Outcome& outcome);
  bool read(RowWriter& to);
  bool read_again(RowWriter& to);
  Outcome look_ahead(std::string_view lines);
  void forget_long() {
    ahead = false;
    index.shrink();
    scan.forget();
  }

 private:
  char at(std::size_t ahead_by) const { return base[token[ahead_by]]; }
  const char* here() const { return base + *token; }
  bool in_line() const { return here() < line_end; }

  bool read_object();
  bool read_value(const Key& key);
  bool read_nested(const Key& key);
  bool set_json(const Key& key);
  bool set_scalar(const Key& key);

  bool leave_out();
  bool skip_value();
  bool skip_key();
  bool skip_scalar();

  std::string_view string_inside() const;
  bool has_backslash(std::string_view inside);
  void find_backslash(const char* from);
  bool unescape(std::string_view inside, std::string_view& text);
  bool text_of_string(std::string_view inside, std::string_view& text);
  std::string_view scalar_text() const;
  const Key* find_key();
};

// Whether the object was read without tokens. Looked ahead: tokens are there.
bool JsonObjectReader::State::scanned(std::string_view text, RowWriter& to) {
  if (ahead) return false;
  ++scans;
  if (text.data() != refused && scan.read(text, to)) return true;
  ++scans_failed;
  return false;
}

// Of the lines to come, as those before were.
bool JsonObjectReader::State::wants_tokens() {
  if (4 * scans_failed > scans) token_looks = kTokenLooks;
  scans = scans_failed = 0;
  if (token_looks == 0) return false;
  --token_looks;
  return true;
}

Outcome JsonObjectReader::State::look_ahead(std::string_view lines) {
  indexed = {};
  ahead = false;
  const Outcome outcome = index.index(lines);
  if (outcome != Outcome::good) return outcome;
  indexed = lines;
  base = next_backslash = lines.data();
  token = index.begin();
  return outcome;
}

// Puts `token` at the first of `text`.
bool JsonObjectReader::State::start(std::string_view text, Outcome& outcome) {
  json = text;
  cursor = text.data();
  line_end = text.data() + text.size();
  const bool known = ahead && text.data() >= indexed.data() && line_end <= indexed.data() + indexed.size();
  if (!known) {
    outcome = look_ahead(text);
    return outcome == Outcome::good;
  }
  // An object that was none may have ended anywhere.
  while (token > index.begin() && base + token[-1] >= text.data()) --token;
  while (here() < text.data()) ++token;
  return true;
}

bool JsonObjectReader::State::read(RowWriter& to) {
  row = &to;
  prefix.clear();
  reason = {};
  if (keys.begin()) fields.forget();
  fields.begin(to, json.size());

  if (!in_line()) reason = reason_of(Outcome::empty);
  if (!in_line() || at(0) != '{') return false;
  ++token;
  if (!read_object()) return false;
  if (here() < line_end) {
    cursor = here();
    reason = "more text after the object";
    return false;
  }
  if (fields.end(json.size())) return true;
  reason = "too many fields";
  return false;
}

// All of it, where that is needed to know which fields are those beyond the bound.
bool JsonObjectReader::State::read_again(RowWriter& to) {
  if (!fields.lacks_fields()) return true;
  Outcome outcome = Outcome::good;
  return start(json, outcome) && read(to);
}

// Of the string at the token, without its quotes; a null pointer if there is none. Between its last
// quote and the next token there are only blanks.
inline std::string_view JsonObjectReader::State::string_inside() const {
  const char* const begin = here() + 1;
  const char* end = base + token[1] - 1;
  while (end >= begin && is_blank(*end)) --end;
  if (end < begin || *end != '"') return {};
  return {begin, static_cast<std::size_t>(end - begin)};
}

// From the token to the blanks before the next.
inline std::string_view JsonObjectReader::State::scalar_text() const {
  const char* const begin = here();
  const char* end = base + token[1];
  while (end > begin && is_blank(end[-1])) --end;
  return {begin, static_cast<std::size_t>(end - begin)};
}

// Objects are read from front to back, so that all of the text is searched once.
inline bool JsonObjectReader::State::has_backslash(std::string_view inside) {
  if (next_backslash < inside.data()) find_backslash(inside.data());
  return next_backslash < inside.data() + inside.size();
}

void JsonObjectReader::State::find_backslash(const char* from) {
  const char* const end = indexed.data() + indexed.size();
  const auto* found = static_cast<const char*>(std::memchr(from, '\\', static_cast<std::size_t>(end - from)));
  next_backslash = found != nullptr ? found : end;
}

// Strings without a backslash stay where they are.
inline bool JsonObjectReader::State::text_of_string(std::string_view inside, std::string_view& text) {
  text = inside;
  return !has_backslash(inside) || unescape(inside, text);
}

bool JsonObjectReader::State::unescape(std::string_view inside, std::string_view& text) {
  char* to = row->batch().arena().allocate(inside.size());
  const auto size = unescape_json(inside, to);
  row->batch().arena().give_back(inside.size() - size.value_or(0));
  if (size) text = {to, *size};
  return size.has_value();
}

// The key at the token, which then is at the value.
inline const Key* JsonObjectReader::State::find_key() {
  if (base + token[1] >= line_end || at(0) != '"' || at(1) != ':') return nullptr;
  const std::string_view inside = string_inside();
  cursor = here() + 1;
  if (inside.data() == nullptr) return nullptr;
  token += 2;
  const std::string_view quoted(inside.data(), inside.size() + 1);
  if (const Key* key = keys.find(quoted, prefix)) return key;
  std::string_view text;
  return text_of_string(inside, text) ? keys.learn(quoted, prefix, text) : nullptr;
}

// From behind the brace to behind the other.
bool JsonObjectReader::State::read_object() {
  if (in_line() && at(0) == '}') {
    ++token;
    return true;
  }
  while (true) {
    const Key* key = find_key();
    if (key == nullptr || !read_value(*key)) return false;
    const char mark = at(0);
    if (!in_line()) return false;
    ++token;
    if (mark == '}') return true;
    if (mark != ',') return false;
  }
}

bool JsonObjectReader::State::read_value(const Key& key) {
  cursor = std::min(here(), line_end);
  if (cursor == line_end) return false;
  if ((*cursor != '{' || key.opaque) && fields.leaves_out(key.field)) return leave_out();
  switch (*cursor) {
    case '{': return read_nested(key);
    case '[': return set_json(key);
    case '"': {
      const std::string_view inside = string_inside();
      std::string_view text;
      if (inside.data() == nullptr || !text_of_string(inside, text)) return false;
      ++token;
      fields.set(key.field, Value::string(text), text);
      return true;
    }
    default: return set_scalar(key);
  }
}

bool JsonObjectReader::State::read_nested(const Key& key) {
  if (key.opaque) return set_json(key);
  ++token;
  if (in_line() && at(0) == '}') {
    ++token;
    fields.set(key.field, Value::json("{}"), {});
    return true;
  }
  const std::size_t prefix_size = prefix.size();
  prefix = key.inside_prefix;
  if (!read_object()) return false;
  // The prefix began with what it was before.
  prefix.resize(prefix_size);
  return true;
}

// Text that is kept is written out again, and must be JSON.
bool JsonObjectReader::State::set_json(const Key& key) {
  const char* const begin = here();
  if (!skip_value()) return false;
  const char* const end = base + token[-1] + 1;
  fields.set(key.field, Value::json({begin, static_cast<std::size_t>(end - begin)}), {});
  return true;
}

bool JsonObjectReader::State::set_scalar(const Key& key) {
  const std::string_view written = scalar_text();
  Value value = value_from_number(written);
  if (!value.present()) {
    if (written == "true" || written == "false")
      value = Value::boolean(written.front() == 't');
    else if (written == "null")
      value = Value::null();
    else
      return false;
  }
  ++token;
  fields.set(key.field, value, written);
  return true;
}

// Any value, which has to be one all the same.
bool JsonObjectReader::State::leave_out() {
  fields.leave_out();
  return *cursor == '{' || *cursor == '[' ? skip_value() : skip_scalar();
}

// An array or an object, from its first token to behind its last.
bool JsonObjectReader::State::skip_value() {
  std::bitset<kDepthMax> objects;  // else arrays, by depth
  std::size_t depth = 0;
  while (true) {
    if (!in_line()) return false;
    const char open = at(0);
    if (open == '{' || open == '[') {
      if (depth == kDepthMax) return false;
      objects[depth++] = open == '{';
      ++token;
      const bool is_empty = at(0) == (open == '{' ? '}' : ']');
      if (!is_empty) {
        if (open == '{' && !skip_key()) return false;
        continue;
      }
    } else if (!skip_scalar()) {
      return false;
    }
    // Behind a value, or at the end of an empty one.
    while (in_line() && at(0) == (objects[depth - 1] ? '}' : ']')) {
      ++token;
      if (--depth == 0) return true;
    }
    if (!in_line() || at(0) != ',') return false;
    ++token;
    if (objects[depth - 1] && !skip_key()) return false;
  }
}

bool JsonObjectReader::State::skip_key() {
  if (!in_line() || at(0) != '"' || !skip_scalar() || at(0) != ':') return false;
  ++token;
  return true;
}

bool JsonObjectReader::State::skip_scalar() {
  cursor = here();
  if (*cursor == '"') {
    const std::string_view inside = string_inside();
    if (inside.data() == nullptr) return false;
    if (has_backslash(inside)) {
      std::string_view text;
      if (!unescape(inside, text)) return false;
      row->batch().arena().give_back(text.size());
    }
  } else {
    const std::string_view written = scalar_text();
    const bool valid = written == "true" || written == "false" || written == "null" || value_from_number(written).present();
    if (!valid) return false;
  }
  ++token;
  return true;
}

JsonObjectReader::JsonObjectReader(const AskedFields& asked, std::size_t vector_bytes_max)
    : state_(std::make_unique<State>(asked, vector_bytes_max)) {}
JsonObjectReader::~JsonObjectReader() = default;
JsonObjectReader::JsonObjectReader(JsonObjectReader&&) noexcept = default;
JsonObjectReader& JsonObjectReader::operator=(JsonObjectReader&&) noexcept = default;

namespace {

// The same object in valid UTF-8: each byte that is not becomes an escape, from which unescaping
// restores it.
std::string_view with_escaped_bytes(std::string_view json, Batch& batch) {
  std::string valid;
  while (true) {
    const std::size_t size = text::valid_utf8_prefix(json);
    valid.append(json.substr(0, size));
    if (size == json.size()) break;
    text::append_byte_escape(valid, static_cast<unsigned char>(json[size]));
    json.remove_prefix(size + 1);
  }
  return batch.own(valid);
}

}  // namespace

bool JsonObjectReader::look_ahead(std::string_view lines) {
  State& state = *state_;
  state.refused = nullptr;
  state.ahead = !lines.empty() && state.wants_tokens() && state.look_ahead(lines) == Outcome::good;
  state.scan.look_ahead(state.ahead ? std::string_view() : lines);
  return !lines.empty() && !state.ahead;
}

std::size_t JsonObjectReader::skim_ahead(std::string_view text, std::size_t wanted) {
  State& state = *state_;
  const std::size_t size = state.scan.skim_ahead(text, wanted);
  if (size == 0) return 0;
  state.ahead = false;
  state.refused = nullptr;
  return size;
}

std::size_t JsonObjectReader::read_line(std::string_view lines, RowWriter& row) {
  State& state = *state_;
  const std::size_t size = state.scan.read_line(lines, row);
  if (size > 0)
    ++state.scans;
  else if (!state.scan.skims())
    state.refused = lines.data();
  return size;
}

base::Status JsonObjectReader::read(std::string_view json, RowWriter& row) {
  State& state = *state_;
  if (state.scanned(json, row)) {
    if (json.size() > kLongObject) state.forget_long();
    return {};
  }
  Outcome outcome = Outcome::good;
  bool indexed = state.start(json, outcome);
  if (outcome == Outcome::invalid_utf8) indexed = state.start(with_escaped_bytes(json, row.batch()), outcome);
  const bool good = indexed && state.read(row) && state.read_again(row);
  if (json.size() > kLongObject) state.forget_long();
  if (good && !state.fields.too_wide()) return {};
  if (indexed && state.fields.too_wide()) return base::Error{base::ErrorCode::too_large, "more columns than fit into the batch"};
  const auto column = static_cast<std::size_t>(state.cursor - state.json.data()) + 1;
  const std::string_view reason = indexed && !state.reason.empty() ? state.reason : reason_of(outcome);
  return base::Error{base::ErrorCode::invalid, "column " + std::to_string(column) + ": " + std::string(reason)};
}

}  // namespace logmill::record
