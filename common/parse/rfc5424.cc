// <PRI>1 STAMP HOST APP PROCID MSGID STRUCTURED-DATA MESSAGE; "-" means that there is none.
// The parameter `user` of the element `auth@1` becomes the field sd.auth@1.user.
#include <cstring>

#include "parse/parser.h"
#include "parse/quoted.h"
#include "parse/syslog_header.h"
#include "record/fields.h"
#include "text/time.h"

namespace logmill::parse {
namespace {

using record::Value;

constexpr std::string_view kNil = "-";

// A word and the space behind it.
bool take_part(Cursor& cursor, std::string_view& part) {
  part = cursor.take_word();
  return !part.empty() && (cursor.take(' ') || cursor.at_end());
}

void set_part(record::RowWriter& row, std::string_view name, std::string_view part) {
  if (part != kNil) row.set(name, Value::string(part));
}

// Two names of at most 32 bytes each (RFC 5424 section 6.3); longer ones are cut.
class FieldName {
 public:
  explicit FieldName(std::string_view element) {
    put("sd.");
    put(element.substr(0, kNameBytesMax));
    put(".");
    element_size_ = size_;
  }
  std::string_view with(std::string_view parameter) {
    size_ = element_size_;
    put(parameter.substr(0, kNameBytesMax));
    return {bytes_, size_};
  }

 private:
  static constexpr std::size_t kNameBytesMax = 64;
  void put(std::string_view text) {
    std::memcpy(bytes_ + size_, text.data(), text.size());
    size_ += text.size();
  }
  char bytes_[4 + 2 * kNameBytesMax];
  std::size_t size_ = 0;
  std::size_t element_size_ = 0;
};

// [id name="value" name="value"]
Outcome take_element(Cursor& cursor, record::RowWriter& row) {
  const std::string_view rest = cursor.rest();
  const std::string_view id = rest.substr(0, rest.find_first_of(" ]="));
  if (id.empty()) return cursor.mismatch("the name of an element");
  cursor.skip(id.size());
  FieldName field(id);
  while (!cursor.take(']')) {
    cursor.skip_spaces();
    if (cursor.peek() == ']') continue;
    std::string_view name, value;
    if (!cursor.take_until('=', name) || name.empty()) return cursor.mismatch("name=\"value\"");
    if (!take_quoted(cursor, value)) return cursor.mismatch("a string that ends");
    row.set(field.with(name), Value::string(unescape(value, row)));
  }
  return {};
}

Outcome take_structured_data(Cursor& cursor, record::RowWriter& row) {
  if (cursor.take('-')) return {};
  if (cursor.peek() != '[') return cursor.mismatch("structured data or '-'");
  while (cursor.take('['))
    if (const Outcome outcome = take_element(cursor, row); !outcome.matched()) return outcome;
  return {};
}

bool take_header(Cursor& cursor, record::RowWriter& row) {
  std::string_view part;
  if (!take_part(cursor, part)) return false;
  if (part != kNil) {
    const auto time = text::parse_rfc3339(part);
    if (!time) return false;
    row.set_time(*time);
  }
  if (!take_part(cursor, part)) return false;
  set_part(row, record::kHost, part);
  if (!take_part(cursor, part)) return false;
  set_part(row, record::kService, part);
  if (!take_part(cursor, part)) return false;
  if (part != kNil) row.set("pid", record::value_from_text(part));
  if (!take_part(cursor, part)) return false;
  set_part(row, "msgid", part);
  return true;
}

Outcome parse_rfc5424(std::string_view line, record::RowWriter& row, const ParseContext& context) {
  Cursor cursor(line);
  if (!take_pri(cursor, row, context)) return cursor.mismatch("'<' and a priority");
  if (!cursor.take("1 ")) return cursor.mismatch("version 1");
  if (!take_header(cursor, row)) return cursor.mismatch("time, host, application, process and message id");
  const Outcome data = take_structured_data(cursor, row);
  if (!data.matched()) return data;
  if (!cursor.at_end() && !cursor.take(' ')) return cursor.mismatch("a space");
  cursor.take("\xef\xbb\xbf");  // section 6.4: says that the message is UTF-8
  row.set(record::kMessage, Value::string(cursor.rest()));
  return {};
}

bool likely_rfc5424(std::string_view line) {
  if (!line.starts_with('<')) return false;
  const std::size_t close = line.substr(0, 5).find('>');
  return close != std::string_view::npos && line.substr(close + 1).starts_with("1 ");
}

}  // namespace

extern constexpr ParserSpec kRfc5424{.name = "rfc5424",
                                     .summary = "syslog with structured data, which becomes sd.ID.NAME",
                                     .sample = R"(<165>1 2026-11-21T10:15:00.003Z web1 auth 815 LOGIN [user@1 name="ada"] session opened)",
                                     .parse = parse_rfc5424,
                                     .likely = likely_rfc5424,
                                     .starts = [](char c) { return c == '<'; },
                                     .inner = Inner::json};

}  // namespace logmill::parse
