#include "query/groups/partial_value.h"

#include <algorithm>
#include <charconv>

#include "record/json_object.h"

namespace logmill::query {

void append_state(std::string& out, const record::Value& value) {
  switch (value.kind()) {
    case record::Kind::absent: return;
    case record::Kind::null: out += "0"; return;
    case record::Kind::boolean: out += value.as_bool() ? "b1" : "b0"; return;
    case record::Kind::string: out.append("s").append(value.text()); return;
    case record::Kind::json: out.append("j").append(value.text()); return;
    default: out += "n"; record::append_plain(out, value);
  }
}

std::optional<record::Value> parse_state(std::string_view state) {
  if (state.empty()) return record::Value{};
  const std::string_view content = state.substr(1);
  switch (state.front()) {
    case '0': return content.empty() ? std::optional(record::Value::null()) : std::nullopt;
    case 'b':
      if (content != "0" && content != "1") return std::nullopt;
      return record::Value::boolean(content == "1");
    case 's': return record::Value::string(content);
    case 'j': return record::Value::json(content);
    case 'n': {
      const record::Value number = record::value_from_number(content);
      return number.is_number() ? std::optional(number) : std::nullopt;
    }
    default: return std::nullopt;
  }
}

void append_state(std::string& out, double number) {
  char digits[32];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

std::string_view take_until(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view taken = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return taken;
}

template <class Integer>
std::optional<Integer> parse_integer(std::string_view text) {
  Integer number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

template std::optional<std::int64_t> parse_integer(std::string_view);
template std::optional<std::uint64_t> parse_integer(std::string_view);

}  // namespace logmill::query
