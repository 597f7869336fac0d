// One JSON object to one row, on simdjson's On-Demand parser: it indexes the structure of the line and
// checks UTF-8 at gigabytes a second, and this file walks the index once.
//
// Records of a log are alike, so what was found out about the key at some place of the last object (its
// full name, its role) is compared with, and reused for, the key at the same place of this one.
#include <algorithm>
#include <array>
#include <climits>
#include <cstring>
#include <utility>

#include <simdjson.h>

#include "record/fields.h"
#include "record/json_object.h"
#include "record/json_unescape.h"
#include "record/known_names.h"
#include "text/json_writer.h"
#include "text/utf8.h"

namespace logmill::record {
namespace {

namespace ondemand = simdjson::ondemand;
static_assert(TextBuffer::kPadding >= simdjson::SIMDJSON_PADDING);

// Objects below a name of so many parts stay JSON text: nobody queries such names, and recursion must end. Parts of
// the name count, not the depth at which it stands: names are written flat, and must read back the same.
constexpr std::ptrdiff_t kNamePartsMax = 32;
constexpr unsigned kUnclaimed = UINT_MAX;

// What is known about one key.
struct Key {
  std::string quoted;  // as it stands in the input behind the first quote, with the second one
  std::string prefix;  // names of the objects around it, each with a dot
  std::string name;
  bool opaque = false;  // an object here is not flattened
  KnownName known;
};

// Which key of the record has a role so far, and its value, to give back when a better one comes.
struct Claim {
  unsigned rank = kUnclaimed;
  std::size_t key = 0;
  Value value;
};

std::string_view trimmed(std::string_view token) {
  while (!token.empty() && static_cast<unsigned char>(token.back()) <= ' ') token.remove_suffix(1);
  return token;
}

std::string_view reason_of(simdjson::error_code error) {
  switch (error) {
    case simdjson::UTF8_ERROR: return "invalid UTF-8 outside of strings";
    case simdjson::UNCLOSED_STRING: return "a string does not end";
    case simdjson::UNESCAPED_CHARS: return "a control character in a string";
    case simdjson::EMPTY: return "empty";
    case simdjson::TRAILING_CONTENT: return "more text after the object";
    default: return "not a JSON object";
  }
}

}  // namespace

struct JsonObjectReader::State {
  ondemand::parser parser;
  simdjson::dom::parser validator;
  std::vector<Key> keys;  // by their place in the last objects
  std::string prefix;
  std::string more;  // fields beyond the bound, as the inside of a JSON object

  RowWriter* row = nullptr;
  std::string_view json;
  const char* cursor = nullptr;  // what was looked at last, for messages
  std::size_t next_key = 0;
  std::size_t fields = 0;
  std::array<Claim, kRoles> claims;
  bool too_wide = false;  // for this batch

  simdjson::error_code read(std::string_view text, RowWriter& to);

 private:
  bool read_object(ondemand::object object);
  bool read_value(ondemand::value value, std::size_t key);
  bool read_nested(ondemand::value value, std::size_t key);
  bool set_json(simdjson::simdjson_result<std::string_view> text, std::size_t key);
  bool set_string(const char* inside, std::size_t key);
  bool set_scalar(std::string_view token, std::size_t key);

  const char* end_of_string(const char* inside) const;
  bool text_of_string(std::string_view inside, std::string_view& text);
  bool find_key(const char* inside, std::size_t& key);
  bool learn_key(const char* inside);

  void set(std::size_t key, Value value, std::string_view written);
  void set_time(std::size_t key, Value value, std::string_view written);
  void set_level(std::size_t key, Value value);
  bool claim(std::size_t key, Value value);
  void put(std::string_view name, Value value);
  void put_more();
};

simdjson::error_code JsonObjectReader::State::read(std::string_view text, RowWriter& to) {
  row = &to;
  json = text;
  cursor = text.data();
  next_key = fields = 0;
  claims = {};
  too_wide = false;
  more.clear();
  prefix.clear();

  ondemand::document document;
  ondemand::object object;
  const std::size_t capacity = text.size() + simdjson::SIMDJSON_PADDING;
  if (auto error = parser.iterate(text.data(), text.size(), capacity).get(document)) return error;
  if (auto error = document.get_object().get(object)) return error;
  if (!read_object(object)) return simdjson::TAPE_ERROR;
  if (!document.current_location().get(cursor)) return simdjson::TRAILING_CONTENT;
  put_more();
  return simdjson::SUCCESS;
}

bool JsonObjectReader::State::read_object(ondemand::object object) {
  for (auto item : object) {
    ondemand::field field;
    if (std::move(item).get(field)) return false;
    const char* inside = field.key().raw();
    cursor = inside;
    std::size_t key = 0;
    if (!find_key(inside, key)) return false;
    if (!read_value(field.value(), key)) return false;
  }
  return true;
}

bool JsonObjectReader::State::read_value(ondemand::value value, std::size_t key) {
  const std::string_view token = value.raw_json_token();
  cursor = token.data();
  switch (token.empty() ? '\0' : token.front()) {
    case '{': return read_nested(value, key);
    case '[': {
      ondemand::array array;
      return !value.get_array().get(array) && set_json(array.raw_json(), key);
    }
    case '"': {
      ondemand::raw_json_string inside;
      return !value.get_raw_json_string().get(inside) && set_string(inside.raw(), key);
    }
    default: return set_scalar(trimmed(token), key);
  }
}

bool JsonObjectReader::State::read_nested(ondemand::value value, std::size_t key) {
  ondemand::object object;
  if (value.get_object().get(object)) return false;
  if (keys[key].opaque) return set_json(object.raw_json(), key);
  const std::size_t prefix_size = prefix.size(), keys_before = next_key;
  prefix = keys[key].name;
  prefix.push_back('.');
  if (!read_object(object)) return false;
  if (next_key == keys_before) set(key, Value::json("{}"), {});
  // The prefix began with what it was before.
  prefix.resize(prefix_size);
  return true;
}

// On-Demand skips over what is inside, so that it has to be judged apart: text that is kept is written out
// again, and must be JSON.
bool JsonObjectReader::State::set_json(simdjson::simdjson_result<std::string_view> raw,
                                       std::size_t key) {
  std::string_view text;
  if (std::move(raw).get(text)) return false;
  text = trimmed(text);
  const bool valid = !validator.parse(text.data(), text.size(), false).error();
  if (valid) set(key, Value::json(text), {});
  return valid;
}

bool JsonObjectReader::State::set_string(const char* inside, std::size_t key) {
  const char* end = end_of_string(inside);
  std::string_view text;
  if (end == nullptr) return false;
  if (!text_of_string({inside, static_cast<std::size_t>(end - inside)}, text)) return false;
  set(key, Value::string(text), text);
  return true;
}

bool JsonObjectReader::State::set_scalar(std::string_view token, std::size_t key) {
  Value value;
  if (token == "true" || token == "false")
    value = Value::boolean(token == "true");
  else if (token == "null")
    value = Value::null();
  else
    value = value_from_number(token);
  if (!value.present()) return false;
  set(key, value, token);
  return true;
}

// The closing quote, or nullptr.
const char* JsonObjectReader::State::end_of_string(const char* inside) const {
  const char* const end = json.data() + json.size();
  const auto left = [&] { return static_cast<std::size_t>(end - inside); };
  const auto* quote = static_cast<const char*>(std::memchr(inside, '"', left()));
  if (quote == nullptr || quote[-1] != '\\') return quote;
  while (inside < end && *inside != '"') inside += *inside == '\\' ? 2 : 1;
  return inside < end ? inside : nullptr;
}

// Strings without a backslash stay where they are.
bool JsonObjectReader::State::text_of_string(std::string_view inside, std::string_view& text) {
  if (inside.find('\\') == std::string_view::npos) {
    text = inside;
    return true;
  }
  char* to = row->batch().arena().allocate(inside.size());
  const auto size = unescape_json(inside, to);
  row->batch().arena().give_back(inside.size() - size.value_or(0));
  if (size) text = {to, *size};
  return size.has_value();
}

bool JsonObjectReader::State::find_key(const char* inside, std::size_t& key) {
  key = next_key++;
  if (key < keys.size()) {
    const Key& expected = keys[key];
    const auto left = static_cast<std::size_t>(json.data() + json.size() - inside);
    if (expected.quoted.size() <= left && expected.prefix == prefix &&
        std::memcmp(expected.quoted.data(), inside, expected.quoted.size()) == 0)
      return true;
  } else {
    keys.emplace_back();
  }
  return learn_key(inside);
}

bool JsonObjectReader::State::learn_key(const char* inside) {
  Key& key = keys[next_key - 1];
  key.quoted.clear();
  const char* end = end_of_string(inside);
  std::string_view text;
  if (end == nullptr) return false;
  if (!text_of_string({inside, static_cast<std::size_t>(end - inside)}, text)) return false;
  key.quoted.assign(inside, end + 1);
  key.prefix = prefix;
  key.name = prefix;
  key.name += text;
  key.opaque = key.name == kMore || std::count(key.name.begin(), key.name.end(), '.') >= kNamePartsMax - 1;
  key.known = known_name(key.name);
  return true;
}

// `written` is the value as text, for times.
void JsonObjectReader::State::set(std::size_t key, Value value, std::string_view written) {
  const Key& k = keys[key];
  switch (k.known.role) {
    case Role::field: put(k.name, value); return;
    case Role::time: set_time(key, value, written); return;
    case Role::level: set_level(key, value); return;
    case Role::message:
      if (claim(key, value))
        put(kMessage, value);
      else
        put(k.name, value);
      return;
  }
}

void JsonObjectReader::State::set_time(std::size_t key, Value value, std::string_view written) {
  const auto time = time_from_text(written);
  if (time && claim(key, value))
    row->set_time(*time);
  else
    put(keys[key].known.rank == 0 ? kTimestampText : keys[key].name, value);
}

void JsonObjectReader::State::set_level(std::size_t key, Value value) {
  const auto level = severity_from_value(value);
  if (level && claim(key, value))
    row->set_level(*level);
  else
    put(keys[key].known.rank == 0 ? kLevelText : keys[key].name, value);
}

// Whether `key` has its role now. A key that had it and is of lower rank becomes a field of its own.
bool JsonObjectReader::State::claim(std::size_t key, Value value) {
  const KnownName known = keys[key].known;
  Claim& claimed = claims[static_cast<std::size_t>(known.role)];
  if (known.rank > claimed.rank) return false;
  if (claimed.rank != kUnclaimed && known.rank < claimed.rank) put(keys[claimed.key].name, claimed.value);
  claimed = {known.rank, key, value};
  return true;
}

void JsonObjectReader::State::put(std::string_view name, Value value) {
  if (++fields <= Batch::kFieldsPerRecordMax || name == kMore) {
    const Batch& batch = row->batch();
    // A new column has an entry for each row before: many rows, then many new names, is what an enemy sends.
    if (batch.rows() * batch.columns().size() >= 2 * Batch::kCellsMax && !batch.find(name))
      too_wide = true;
    else
      row->set(name, value);
    return;
  }
  more.push_back(more.empty() ? '{' : ',');
  text::append_json_string(more, name);
  more.push_back(':');
  append_json(more, value);
}

void JsonObjectReader::State::put_more() {
  if (more.empty()) return;
  more.push_back('}');
  row->set(kMore, Value::json(row->own(more)));
}

JsonObjectReader::JsonObjectReader() : state_(std::make_unique<State>()) {}
JsonObjectReader::~JsonObjectReader() = default;
JsonObjectReader::JsonObjectReader(JsonObjectReader&&) noexcept = default;
JsonObjectReader& JsonObjectReader::operator=(JsonObjectReader&&) noexcept = default;

namespace {

// The same object in valid UTF-8: each byte that is not becomes an escape, from which unescaping restores it.
std::string_view with_escaped_bytes(std::string_view json, Batch& batch) {
  std::string valid;
  while (true) {
    const std::size_t size = text::valid_utf8_prefix(json);
    valid.append(json.substr(0, size));
    if (size == json.size()) break;
    text::append_byte_escape(valid, static_cast<unsigned char>(json[size]));
    json.remove_prefix(size + 1);
  }
  const std::size_t valid_size = valid.size();
  valid.append(TextBuffer::kPadding, '\0');
  return batch.own(valid).substr(0, valid_size);
}

}  // namespace

base::Status JsonObjectReader::read(std::string_view json, RowWriter& row) {
  simdjson::error_code error = state_->read(json, row);
  if (error == simdjson::UTF8_ERROR)
    error = state_->read(with_escaped_bytes(json, row.batch()), row);
  if (state_->too_wide)
    return base::Error{base::ErrorCode::too_large, "more columns than fit into the batch"};
  if (error == simdjson::SUCCESS) return {};
  const auto column = static_cast<std::size_t>(state_->cursor - state_->json.data()) + 1;
  return base::Error{base::ErrorCode::invalid,
                     "column " + std::to_string(column) + ": " + std::string(reason_of(error))};
}

}  // namespace logmill::record
