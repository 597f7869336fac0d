#include "record/json_scan.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/byte_lanes.h"
#include "record/json_object.h"
#include "record/json_unescape.h"
#include "record/short_number.h"
#include "text/digits.h"
#include "text/utf8.h"

namespace logmill::record {
namespace {

using base::bits_of;
using base::Bytes16;

// Up to a lane behind it is looked at.
inline bool is_ascii(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  constexpr std::ptrdiff_t kLane = sizeof(Bytes16);
  for (; at < end; at += kLane) {
    const std::uint64_t others = bits_of(reinterpret_cast<Bytes16>(base::load_lane(at) >= 0x80));
    if (end - at >= kLane ? others != 0 : (others & ((std::uint64_t{1} << (end - at)) - 1)) != 0) return false;
  }
  return true;
}

bool ends_scalar(char c) { return c == ',' || c == '}' || c == ']' || c == ' ' || c == '\n'; }

// Behind the number, an integer or a decimal of up to fifteen bytes, or `at` if none such stands there; what follows it may be anything.
// By all its bytes at once: how many digits there are decides no branch.
inline const char* skip_short_number(const char* at) {
  const char* const digits = at + (*at == '-');
  const Bytes16 text = base::load_lane(digits);
  const std::uint64_t others = ~bits_of(reinterpret_cast<Bytes16>((text - '0') < 10));
  const auto whole = static_cast<std::size_t>(std::countr_zero(others));  // of a lane: at most 16
  if (whole - 1 > 13 || (*digits == '0' && whole > 1)) return at;
  if (digits[whole] != '.') return digits + whole;
  const auto fraction = static_cast<std::size_t>(std::countr_zero(others >> (whole + 1)));
  return fraction == 0 || whole + fraction > 14 ? at : digits + whole + 1 + fraction;
}

}  // namespace

bool JsonScan::read(std::string_view json, RowWriter& row) {
  if (!ahead_ || !marks_.cover(json)) look_at(json);
  return read_whole(json, row) && at_ == end_;
}

std::size_t JsonScan::read_line(std::string_view lines, RowWriter& row) {
  if (!ahead_ || !marks_.cover(lines) || !read_whole(lines, row)) return 0;
  if (*at_ == '\r') ++at_;
  return *at_ == '\n' ? static_cast<std::size_t>(at_ + 1 - lines.data()) : 0;
}

// The object that `text` begins with, and whatever is behind it.
bool JsonScan::read_whole(std::string_view text, RowWriter& row) {
  row_ = &row;
  at_ = text.data();
  end_ = at_ + text.size();
  prefix_.clear();
  within_ = nullptr;
  if (keys_.begin()) fields_.forget();
  fields_.begin(row, text.size());
  if (!take('{') || !read_object()) return false;
  return fields_.end(static_cast<std::size_t>(at_ - text.data())) && !fields_.too_wide() && !fields_.lacks_fields();
}

// From behind the brace to behind the other.
bool JsonScan::read_object() {
  while (true) {
    if (!read_expected()) {
      const Key* key = read_key();
      if (key == nullptr || !read_value(*key)) return false;
    }
    skip_blanks();
    if (!take(',')) return take('}');
  }
}

// Members that were here last time, as far as they are plain ones: texts without escapes, and of those nobody asks for, numbers. Up to
// behind the last of the object, or false at one that is not for us. No step waits for what was read in the one before.
inline bool JsonScan::read_expected() {
  const char* const text = marks_.text();
  const std::uint32_t* mark = marks_.from(at_);
  Key* previous = &keys_.previous();
  const char* at = at_;
  std::size_t left_out = 0;
  bool at_end = false;
  while (!at_end) {
    const char* const begin = text + *mark;  // of the key
    if (begin != at && (begin != at + 1 || *at != ' ')) break;
    Key* const key = KeyMemory::expected_member(*previous, begin, within_);
    if (key == nullptr) break;
    const char* value = key->behind_member(begin);
    if (*value == ' ') [[unlikely]]
      ++value;
    const bool leaves_out = fields_.leaves_out(key->field);
    const char* behind = nullptr;
    std::size_t marks = 2;  // of the member
    if (*value == '"') {
      behind = text + mark[3] + 1;
      if (behind[-1] != '"') break;
      marks = 4;
    } else {
      behind = skip_short_number(value);
      if (behind == value || !leaves_out) break;
    }
    const bool ends = *behind == '}';
    if (behind >= end_ || (*behind != ',' && !ends)) break;
    if (leaves_out) {
      ++left_out;
    } else {
      const std::string_view inside(value + 1, static_cast<std::size_t>(behind - value - 2));
      if (!is_ascii(inside)) break;
      fields_.set(key->field, Value::string(inside), inside);
    }
    previous = key;
    mark += marks;
    at = behind + !ends;
    at_end = ends;
  }
  fields_.leave_out(left_out);
  keys_.go_on_behind(*previous);
  marks_.go_on_from(mark);
  at_ = at;
  return at_end;
}

// The key, its colon and a blank behind it.
inline const Key* JsonScan::read_key() {
  skip_blanks();
  if (!take('"')) return nullptr;
  const char* quote = next_mark(at_);
  while (quote < end_ && *quote == '\\') quote = next_mark(std::min(quote + 2, end_));
  if (quote >= end_ || *quote != '"') return nullptr;
  Key* const key = keys_.find({at_, static_cast<std::size_t>(quote + 1 - at_)}, prefix_);
  at_ = quote + 1;
  skip_blanks();
  if (key == nullptr || !take(':')) return nullptr;
  skip_blanks();
  key->within = within_;
  return key;
}

inline bool JsonScan::read_value(const Key& key) {
  if (at_ == end_) return false;
  if (*at_ == '{' && !key.opaque) return read_nested(key);
  if (*at_ == '{' || *at_ == '[') return read_json(key);
  if (fields_.leaves_out(key.field)) {
    fields_.leave_out();
    return skip_scalar();
  }
  if (*at_ != '"') return read_scalar(key);
  ++at_;
  std::string_view text;
  if (!read_string(text)) return false;
  fields_.set(key.field, Value::string(text), text);
  return true;
}

// An array, or an object that is not flattened. Text that is kept is written out again, and must be JSON.
bool JsonScan::read_json(const Key& key) {
  const char* const begin = at_;
  if (!skip_nested()) return false;
  const std::string_view json(begin, static_cast<std::size_t>(at_ - begin));
  if (fields_.leaves_out(key.field)) {
    fields_.leave_out();
    return true;
  }
  if (!is_ascii(json) && text::valid_utf8_prefix(json) != json.size()) return false;
  fields_.set(key.field, Value::json(json), {});
  return true;
}

// From the bracket of an array or an object to behind the other.
bool JsonScan::skip_nested() {
  std::uint64_t objects = 0;  // else arrays, a bit for each that is open
  constexpr int kDepthMax = 64;
  int depth = 0;
  while (true) {
    const char open = at_ != end_ ? *at_ : '\0';
    if (open == '{' || open == '[') {
      if (depth++ == kDepthMax) return false;
      objects = objects << 1 | (open == '{');
      ++at_;
      skip_blanks();
      const bool is_empty = at_ != end_ && *at_ == (open == '{' ? '}' : ']');
      if (!is_empty) {
        if (open == '{' && !skip_key()) return false;
        continue;
      }
    } else if (at_ == end_ || !skip_scalar()) {
      return false;
    }
    // Behind a value, or at the end of an empty one.
    skip_blanks();
    while (take((objects & 1) != 0 ? '}' : ']')) {
      objects >>= 1;
      if (--depth == 0) return true;
      skip_blanks();
    }
    if (!take(',')) return false;
    skip_blanks();
    if ((objects & 1) != 0 && !skip_key()) return false;
  }
}

bool JsonScan::skip_key() {
  if (at_ == end_ || *at_ != '"' || !skip_scalar()) return false;
  skip_blanks();
  if (!take(':')) return false;
  skip_blanks();
  return true;
}

// Any value but an object and an array. Bytes that are no UTF-8 do not matter in a text: they are kept.
bool JsonScan::skip_scalar() {
  const char* const begin = at_;
  if (*at_ == '"') {
    const char* const quote = next_mark(at_ + 1);
    at_ = quote < end_ && *quote == '"' ? quote + 1 : at_;
    return at_ != begin || skip_escapes();
  }
  at_ = skip_short_number(at_);
  if (at_ != begin && at_ < end_ && ends_scalar(*at_)) return true;
  at_ = begin;
  while (at_ != end_ && !ends_scalar(*at_)) ++at_;
  const std::string_view written(begin, static_cast<std::size_t>(at_ - begin));
  return written == "true" || written == "false" || written == "null" || value_from_number(written).present();
}

// A text with escapes, which have to be right.
bool JsonScan::skip_escapes() {
  const char* const begin = ++at_;
  std::string_view text;
  if (!read_string(text)) return false;
  if (text.data() != begin) row_->batch().arena().give_back(text.size());
  return true;
}

// From behind the first quote to behind the last.
bool JsonScan::read_string(std::string_view& text) {
  const char* const begin = at_;
  const char* quote = next_mark(at_);
  bool escapes = false;
  for (; quote < end_ && *quote == '\\'; quote = next_mark(quote + 2)) {
    if (end_ - quote < 2) return false;
    escapes = true;
  }
  if (quote >= end_ || *quote != '"') return false;
  at_ = quote + 1;
  text = {begin, static_cast<std::size_t>(quote - begin)};
  if (!is_ascii(text) && text::valid_utf8_prefix(text) != text.size()) return false;
  return !escapes || unescape(text, text);
}

bool JsonScan::unescape(std::string_view inside, std::string_view& text) {
  base::Arena& arena = row_->batch().arena();
  char* const to = arena.allocate(inside.size());
  const auto size = unescape_json(inside, to);
  arena.give_back(inside.size() - size.value_or(0));
  if (size) text = {to, *size};
  return size.has_value();
}

bool JsonScan::read_nested(const Key& key) {
  ++at_;
  if (take('}')) {
    fields_.set(key.field, Value::json("{}"), {});
    return true;
  }
  const std::size_t prefix_size = prefix_.size();
  prefix_ = key.field.name;
  prefix_.push_back('.');
  const Key* const around = std::exchange(within_, &key);
  if (!read_object()) return false;
  // The prefix began with what it was before.
  prefix_.resize(prefix_size);
  within_ = around;
  return true;
}

// Integers and decimals with few digits, which nearly all numbers are; what else there is by its
// text.
inline bool JsonScan::read_scalar(const Key& key) {
  const char* const begin = at_;
  const char* at = begin;
  Value value = scan_short_number(at, end_);
  const bool is_short = value.present() && at != end_ && ends_scalar(*at);
  while (!is_short && at != end_ && !ends_scalar(*at)) ++at;
  at_ = at;
  const std::string_view written(begin, static_cast<std::size_t>(at - begin));
  if (!is_short) value = value_from_number(written);
  if (!value.present()) {
    if (written == "true" || written == "false")
      value = Value::boolean(written.front() == 't');
    else if (written == "null")
      value = Value::null();
    else
      return false;
  }
  fields_.set(key.field, value, written);
  return true;
}

}  // namespace logmill::record
