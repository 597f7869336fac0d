#include "record/json_scan.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/byte_lanes.h"
#include "base/hex.h"
#include "record/json_object.h"
#include "record/json_scalar.h"
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

}  // namespace

bool JsonScan::read(std::string_view json, RowWriter& row) {
  if (!ahead_ || !marks_.cover(json)) look_at(json);
  return read_whole(json, row) && at_ == end_;
}

std::size_t JsonScan::skim_ahead(std::string_view text, std::size_t wanted) {
  skims_ = ahead_ = false;
  if (!skim_.usable() || !fields_.may_leave_out()) return 0;
  if (skimmed_.lines > 0) {
    // Each line and each key that may be asked for takes a step, as long as to scan so many bytes.
    const bool few_steps = skimmed_.lines + skim_.keys_looked_at() <= skimmed_.bytes / kBytesPerStep;
    const bool pays = 4 * skimmed_.refused <= skimmed_.lines && few_steps;
    if (pays)
      pause_ = 0;
    else
      pause();
  }
  skimmed_ = {};
  if (pauses_left_ > 0) {
    --pauses_left_;
    return 0;
  }
  const std::size_t size = skim_.look_at(text, wanted);
  skims_ = size > 0;
  skimmed_.bytes = size;
  if (!skims_) pause();
  return size;
}

// Where lines are not for it, it is left out for a while: the lines of a log are alike.
void JsonScan::pause() { pauses_left_ = pause_ = std::min(2 * pause_ + 1, kPauseMax); }

std::size_t JsonScan::read_line(std::string_view lines, RowWriter& row) {
  if (skims_) {
    const std::size_t size = read_skimmed(lines.data(), row);
    ++skimmed_.lines;
    skimmed_.refused += size == 0;
    return size;
  }
  if (!ahead_ || !marks_.cover(lines) || !read_whole(lines, row)) return 0;
  if (*at_ == '\r') ++at_;
  return *at_ == '\n' ? static_cast<std::size_t>(at_ + 1 - lines.data()) : 0;
}

// The line that begins there, one of those that were looked at: only what is asked for in it.
std::size_t JsonScan::read_skimmed(const char* line, RowWriter& row) {
  row_ = &row;
  end_ = skim_.begin_line(line);
  const auto size = static_cast<std::size_t>(end_ - line);
  // Of more which fields are those beyond the bound is not known. A member takes five bytes.
  if (size > 5 * Batch::kFieldsPerRecordMax && skim_.members_around() > Batch::kFieldsPerRecordMax) return 0;
  if (keys_.begin()) fields_.forget();
  fields_.begin(row, size);
  fields_.leave_out();
  for (JsonSkim::Member member; skim_.next_member(member);)
    if (!set_member(member)) return 0;
  return fields_.end(size) && !fields_.too_wide() && !fields_.lacks_fields() ? size + 1 : 0;
}

bool JsonScan::set_member(const JsonSkim::Member& member) {
  const Key* key = keys_.find(member.quoted, member.prefix);
  if (key == nullptr) key = keys_.learn(member.quoted, member.prefix, member.quoted.substr(0, member.quoted.size() - 1));
  at_ = member.value;
  if (*at_ == ' ') ++at_;
  if (*at_ == '[') return false;
  if (*at_ == '{') {
    if (at_[1] == '}') fields_.set(key->field, Value::json("{}"), {});
    return true;  // the members of others are fields
  }
  if (*at_ != '"') return read_scalar(*key);
  const char* const begin = at_ + 1;
  std::string_view text(begin, static_cast<std::size_t>(skim_.string_end(at_) - begin));
  if (!text_of_string(text, text.find('\\') != text.npos, text)) return false;
  fields_.set(key->field, Value::string(text), text);
  return true;
}

// The object that `text` begins with, and whatever is behind it.
bool JsonScan::read_whole(std::string_view text, RowWriter& row) {
  row_ = &row;
  at_ = text.data();
  end_ = at_ + text.size();
  within_ = nullptr;
  if (keys_.begin()) fields_.forget();
  fields_.begin(row, text.size());
  if (!take('{') || !read_object()) return false;
  return fields_.end(static_cast<std::size_t>(at_ - text.data())) && !fields_.too_wide() && !fields_.lacks_fields();
}

// From behind the brace to behind the other, and through the objects in it, each of which gives its keys a prefix.
bool JsonScan::read_object() {
  while (true) {
    if (!read_expected()) {
      const Key* const key = read_key();
      if (key == nullptr) return false;
      if (at_ != end_ && *at_ == '{' && !key->opaque && at_[1] != '}') {
        ++at_;
        within_ = key;
        continue;
      }
      if (!read_value(*key)) return false;
    }
    skip_blanks();
    while (take('}')) {
      if (within_ == nullptr) return true;
      within_ = within_->within;
      skip_blanks();
    }
    if (!take(',')) return false;
  }
}

// Of a field that is asked for. False if it may not be UTF-8.
[[gnu::noinline]] bool JsonScan::set_text(const Key& key, const char* begin, const char* end) {
  const std::string_view inside(begin, static_cast<std::size_t>(end - begin));
  if (!is_ascii(inside)) return false;
  fields_.set(key.field, Value::string(inside), inside);
  return true;
}

// Members that were here last time, as far as they are plain ones: texts without escapes, and whatever nobody asks for. Up to the end of
// the object around all, at which it returns true, or to a member that is not for us. Hardly a step waits for what was read in the one
// before.
inline bool JsonScan::read_expected() {
  const char* const text = marks_.text();
  const std::uint32_t* mark = marks_.from(at_);
  Key* previous = &keys_.previous();
  const Key* within = within_;
  const char* at = at_;
  const bool may_leave_out = fields_.may_leave_out();
  std::size_t left_out = 0;
  bool at_end = false;
  while (!at_end) {
    const char* const begin = text + *mark;  // of the key
    if (begin != at && (begin != at + 1 || *at != ' ')) break;
    Key* const key = KeyMemory::expected_member(*previous, begin, within);
    if (key == nullptr) break;
    const char* value = key->behind_member(begin);
    if (*value == ' ') [[unlikely]]
      ++value;
    const bool leaves_out = !key->field.asked && may_leave_out;
    const char* behind = nullptr;
    const std::uint32_t* next_mark = mark + 2;
    if (*value == '"') {
      const std::uint32_t* last = mark + 3;
      if (text[*last] != '"') [[unlikely]]
        if (!leaves_out || (last = skip_escapes(last)) == nullptr) break;
      behind = text + *last + 1;
      next_mark = last + 1;
    } else if (*value == '{' && !key->opaque) {
      if (value >= end_ || value[1] != '"') break;
      within = previous = key;
      mark = next_mark;
      at = value + 1;
      continue;
    } else {
      if (!leaves_out) break;
      if (*value == '[') {
        const std::uint32_t* behind_array = next_mark;
        behind = skip_nested(value, behind_array);
        next_mark = behind_array;
        if (behind == nullptr) break;
      } else {
        behind = skip_plain(value, end_);
        if (behind == value) break;
      }
    }
    // Ends of objects in it, that of the one around all or what separates the next member.
    const Key* around = within;
    if (*behind != ',') [[unlikely]] {
      for (; *behind == '}' && around != nullptr; ++behind) around = around->within;
      if (*behind != ',' && *behind != '}') break;
    }
    if (behind >= end_) break;
    if (leaves_out)
      ++left_out;
    else if (!set_text(*key, value + 1, text + next_mark[-1]))
      break;
    previous = key;
    within = around;
    mark = next_mark;
    at_end = *behind == '}';
    at = behind + !at_end;
  }
  fields_.leave_out(left_out);
  keys_.go_on_behind(*previous);
  marks_.go_on_from(mark);
  within_ = within;
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
  const std::string_view prefix = within_ != nullptr ? std::string_view(within_->inside_prefix) : std::string_view();
  Key* const key = keys_.find({at_, static_cast<std::size_t>(quote + 1 - at_)}, prefix);
  at_ = quote + 1;
  skip_blanks();
  if (key == nullptr || !take(':')) return nullptr;
  skip_blanks();
  key->within = within_;
  return key;
}

inline bool JsonScan::read_value(const Key& key) {
  if (at_ == end_) return false;
  if (*at_ == '{' && !key.opaque) {
    if (end_ - at_ < 2) return false;
    at_ += 2;  // an empty one: others are gone through
    fields_.set(key.field, Value::json("{}"), {});
    return true;
  }
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
  const std::uint32_t* mark = marks_.from(at_);
  const char* const begin = at_;
  const char* const behind = skip_nested(begin, mark);
  if (behind == nullptr) return false;
  marks_.go_on_from(mark);
  at_ = behind;
  const std::string_view json(begin, static_cast<std::size_t>(behind - begin));
  if (fields_.leaves_out(key.field)) {
    fields_.leave_out();
    return true;
  }
  if (!is_ascii(json) && text::valid_utf8_prefix(json) != json.size()) return false;
  fields_.set(key.field, Value::json(json), {});
  return true;
}

// Behind the array or the object at `at`, at or before whose first mark `mark` is, which is moved on; nullptr if it is not for us.
const char* JsonScan::skip_nested(const char* at, const std::uint32_t*& mark) const {
  const char* const text = marks_.text();
  const auto skip_blanks = [&] {
    while (*at == ' ' && at < end_) ++at;
  };
  const auto skip_text = [&] {
    const std::uint32_t* const last = skip_escapes(mark + 1);
    if (last == nullptr) return false;
    at = text + *last + 1;
    mark = last + 1;
    return true;
  };
  const auto skip_key = [&] {
    if (*at != '"' || at >= end_ || !skip_text()) return false;
    skip_blanks();
    if (*at != ':') return false;
    ++at;
    skip_blanks();
    return true;
  };
  std::uint64_t objects = 0;  // else arrays, a bit for each that is open
  constexpr int kDepthMax = 64;
  int depth = 0;
  while (at < end_) {
    const char open = *at;
    if (open == '{' || open == '[') {
      if (depth++ == kDepthMax) return nullptr;
      objects = objects << 1 | (open == '{');
      ++at;
      skip_blanks();
      const bool is_empty = *at == (open == '{' ? '}' : ']');
      if (!is_empty) {
        if (open == '{' && !skip_key()) return nullptr;
        continue;
      }
    } else if (open == '"') {
      if (!skip_text()) return nullptr;
    } else {
      const char* const begin = at;
      at = skip_plain(begin, end_);
      if (at == begin) return nullptr;
    }
    // Behind a value, or at the end of an empty one.
    skip_blanks();
    while (*at == ((objects & 1) != 0 ? '}' : ']') && at < end_) {
      objects >>= 1;
      ++at;
      if (--depth == 0) return at;
      skip_blanks();
    }
    if (*at != ',') return nullptr;
    ++at;
    skip_blanks();
    if ((objects & 1) != 0 && !skip_key()) return nullptr;
  }
  return nullptr;
}

// Any value but an object and an array. Bytes that are no UTF-8 do not matter in a text: they are kept.
bool JsonScan::skip_scalar() {
  const char* const begin = at_;
  if (*at_ != '"') {
    at_ = skip_plain(at_, end_);
    return at_ != begin && at_ < end_;
  }
  const std::uint32_t* const mark = skip_escapes(marks_.from(at_ + 1));
  if (mark == nullptr) return false;
  marks_.go_on_from(mark);
  at_ = marks_.text() + *mark + 1;
  return true;
}

// The mark of the quote that ends a text, from the first mark in it on; nullptr if an escape is wrong.
const std::uint32_t* JsonScan::skip_escapes(const std::uint32_t* mark) const {
  const char* const text = marks_.text();
  while (true) {
    const char* const at = text + *mark;
    if (at >= end_) return nullptr;
    if (*at == '"') return mark;
    if (*at != '\\') return nullptr;
    switch (at[1]) {
      case '"':
      case '\\': ++mark; [[fallthrough]];
      case '/':
      case 'b':
      case 'f':
      case 'n':
      case 'r':
      case 't': break;
      case 'u':
        for (int i = 2; i < 6; ++i)
          if (base::hex_digit(at[i]) < 0) return nullptr;
        break;
      default: return nullptr;
    }
    ++mark;
  }
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
  return text_of_string({begin, static_cast<std::size_t>(quote - begin)}, escapes, text);
}

// False if it may not be UTF-8, or has a wrong escape.
bool JsonScan::text_of_string(std::string_view inside, bool escapes, std::string_view& text) {
  text = inside;
  if (!is_ascii(inside) && text::valid_utf8_prefix(inside) != inside.size()) return false;
  return !escapes || unescape(inside, text);
}

bool JsonScan::unescape(std::string_view inside, std::string_view& text) {
  base::Arena& arena = row_->batch().arena();
  char* const to = arena.allocate(inside.size());
  const auto size = unescape_json(inside, to);
  arena.give_back(inside.size() - size.value_or(0));
  if (size) text = {to, *size};
  return size.has_value();
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
