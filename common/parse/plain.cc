#include "parse/parser.h"
#include "record/fields.h"

namespace logmill::parse {
namespace {

Outcome parse_plain(std::string_view line, record::RowWriter& row, const ParseContext&) {
  row.set(record::kMessage, record::Value::string(line));
  return {};
}

}  // namespace

extern constexpr ParserSpec kPlain{
    .name = "plain", .summary = "the whole line is the message", .sample = "anything at all", .parse = parse_plain};

}  // namespace logmill::parse
