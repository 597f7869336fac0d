#include "record/json_scan.h"

#include <bit>

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

enum class NotAscii { stops, passes };

// The first quote, backslash or control character from `at` on, or byte that is not ASCII; `end` if
// there is none before. Up to TextBuffer::kPadding bytes behind `end` are looked at. Most texts end within two lanes: looked at together,
// their length decides no branch.
template <NotAscii kNotAscii>
inline const char* find_special(const char* at, const char* end) {
  const auto special_in = [](const char* lane) {
    const Bytes16 text = base::load_lane(lane);
    auto special = (text == '"') | (text == '\\') | (text < 0x20);
    if constexpr (kNotAscii == NotAscii::stops) special |= text >= 0x80;
    return bits_of(reinterpret_cast<Bytes16>(special));
  };
  constexpr std::size_t kLane = sizeof(Bytes16);
  for (; at < end; at += 2 * kLane) {
    const std::uint64_t bits = special_in(at) | special_in(at + kLane) << kLane;
    if (bits == 0) continue;
    const char* const found = at + std::countr_zero(bits);
    return found < end ? found : end;
  }
  return end;
}

bool ends_scalar(char c) { return c == ',' || c == '}' || c == ' '; }

// Behind the number, an integer or a decimal of up to fifteen bytes, or `at` if none such stands there. By all its bytes at once: how many
// digits there are decides no branch.
inline const char* skip_short_number(const char* at, const char* end) {
  const char* digits = at + (at != end && *at == '-');
  const Bytes16 text = base::load_lane(digits);
  const std::uint64_t others = ~bits_of(reinterpret_cast<Bytes16>((text >= '0') & (text <= '9')));
  const auto whole = static_cast<std::size_t>(std::countr_zero(others));  // of a lane: at most 16
  if (whole == 0 || whole > 14 || (*digits == '0' && whole > 1)) return at;
  const char* behind = digits + whole;
  if (*behind == '.') {
    const auto fraction = static_cast<std::size_t>(std::countr_zero(others >> (whole + 1)));
    if (fraction == 0 || whole + fraction > 14) return at;
    behind += 1 + fraction;
  }
  return behind < end && ends_scalar(*behind) ? behind : at;
}

// Behind a text without escapes, or a short number; `at` if none such stands there. Bytes that are no UTF-8 do not matter in a text: they
// are kept.
inline const char* skip_value(const char* at, const char* end) {
  if (at == end || *at != '"') return skip_short_number(at, end);
  const char* const quote = find_special<NotAscii::passes>(at + 1, end);
  return quote != end && *quote == '"' ? quote + 1 : at;
}

}  // namespace

bool JsonScan::read(std::string_view json, RowWriter& row) {
  row_ = &row;
  at_ = json.data();
  end_ = at_ + json.size();
  prefix_.clear();
  if (keys_.begin()) fields_.forget();
  fields_.begin(row, json.size());
  return take('{') && read_object() && at_ == end_ && fields_.end() && !fields_.too_wide() && !fields_.lacks_fields();
}

// From behind the brace to behind the other.
bool JsonScan::read_object() {
  // Members that were here last time, and those nobody asks for, with their place in a register.
  const char* at = at_;
  const char* const end = end_;
  while (true) {
    if (at != end && *at == ' ') ++at;
    const Key* key = at != end && *at == '"' ? keys_.expected_member(at + 1, end, prefix_) : nullptr;
    if (key != nullptr) {
      at += key->quoted.size() + 2;
      if (at != end && *at == ' ') ++at;
    } else {
      at_ = at;
      key = read_key();
      if (key == nullptr) return false;
      at = at_;
    }
    const char* const behind = fields_.leaves_out(key->field) ? skip_value(at, end) : at;
    if (behind != at) {
      fields_.leave_out();
      at = behind;
    } else {
      at_ = at;
      if (!read_value(*key)) return false;
      at = at_;
    }
    if (at == end || *at != ',') break;
    ++at;
  }
  at_ = at;
  return take('}');
}

// The key, its colon and a blank behind it.
inline const Key* JsonScan::read_key() {
  if (!take('"')) return nullptr;
  const Key* key = keys_.expected(at_, end_, prefix_);
  if (key != nullptr) {
    at_ += key->quoted.size();
  } else {
    const char* const quote = find_special<NotAscii::stops>(at_, end_);
    if (quote == end_ || *quote != '"') return nullptr;
    key = keys_.find({at_, static_cast<std::size_t>(quote + 1 - at_)}, prefix_);
    at_ = quote + 1;
  }
  if (key == nullptr || !take(':')) return nullptr;
  skip_blank();
  return key;
}

inline bool JsonScan::read_value(const Key& key) {
  if (at_ == end_) return false;
  if (*at_ != '{' && fields_.leaves_out(key.field)) return leave_out();
  if (*at_ == '"') {
    ++at_;
    std::string_view text;
    if (!read_string(text)) return false;
    fields_.set(key.field, Value::string(text), text);
    return true;
  }
  return *at_ == '{' ? read_nested(key) : read_scalar(key);
}

// What skip_value left: any value but an object.
bool JsonScan::leave_out() {
  fields_.leave_out();
  if (*at_ == '"') {
    ++at_;
    std::string_view text;
    return read_string(text);
  }
  const char* const begin = at_;
  while (at_ != end_ && !ends_scalar(*at_)) ++at_;
  const std::string_view written(begin, static_cast<std::size_t>(at_ - begin));
  return written == "true" || written == "false" || written == "null" || value_from_number(written).present();
}

// From behind the first quote to behind the last.
inline bool JsonScan::read_string(std::string_view& text) {
  const char* const begin = at_;
  const char* quote = find_special<NotAscii::stops>(at_, end_);
  const bool plain = quote != end_ && *quote == '"';
  bool escapes = false;
  if (!plain) {
    while (quote != end_ && *quote != '"') {
      if (static_cast<unsigned char>(*quote) < 0x20) return false;
      const bool escape = *quote == '\\';
      escapes |= escape;
      if (escape && end_ - quote < 2) return false;
      quote = find_special<NotAscii::passes>(quote + (escape ? 2 : 1), end_);
    }
    if (quote == end_) return false;
  }
  at_ = quote + 1;
  text = {begin, static_cast<std::size_t>(quote - begin)};
  if (plain) return true;
  return text::valid_utf8_prefix(text) == text.size() && (!escapes || unescape(text, text));
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
  if (key.opaque) return false;
  ++at_;
  const std::size_t prefix_size = prefix_.size();
  prefix_ = key.field.name;
  prefix_.push_back('.');
  if (!read_object()) return false;  // an empty one is a value: not for us
  // The prefix began with what it was before.
  prefix_.resize(prefix_size);
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
