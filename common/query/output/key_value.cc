#include "query/output/key_value.h"

#include <algorithm>
#include <string_view>

#include "record/json_object.h"
#include "text/json_writer.h"
#include "text/utf8.h"

namespace logmill::query {

void append_pair_value(std::string& out, const record::Value& value) {
  if (!value.is_text()) return record::append_json(out, value);
  const std::string_view content = value.text();
  const auto needs_quotes = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= ' ' || c == '"' || c == '=' || c == '\\' || byte == 0x7f;
  };
  if (content.empty() || std::ranges::any_of(content, needs_quotes) || text::valid_utf8_prefix(content) != content.size())
    text::append_json_string(out, content);
  else
    out += content;
}

}  // namespace logmill::query
