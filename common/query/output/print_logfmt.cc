// key=value pairs.
#include <algorithm>

#include "query/output/for_terminal.h"
#include "query/output/key_value.h"
#include "query/output/row_printer.h"
#include "query/table/fields_of_rows.h"

namespace logmill::query {
namespace {

// Keys have no quotes: what would end one, or the line, becomes _.
void append_logfmt_key(std::string& out, std::string_view name) {
  const auto breaks = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '=' || c == '"' || c == '\x7f'; };
  const std::size_t start = out.size();
  out += name;
  std::replace_if(out.begin() + static_cast<std::ptrdiff_t>(start), out.end(), breaks, '_');
}

class Logfmt : public RowPrinter {
 public:
  base::Status print(const Rows& rows, std::string& out) override {
    LOGMILL_ASSIGN_OR_RETURN(const FieldsOfRows fields, FieldsOfRows::of(rows.table));
    for (const std::uint32_t row : rows.selected) {
      bool first = true;
      for (std::size_t i = 0; i < fields.names().size(); ++i) {
        const record::Value value = fields.at(i, row);
        if (!value.present()) continue;
        if (!first) out.push_back(' ');
        first = false;
        append_logfmt_key(out, fields.names()[i]);
        out.push_back('=');
        append_pair_value(out, value);
      }
      out.push_back('\n');
    }
    return {};
  }
};

}  // namespace

extern constexpr PrinterSpec kLogfmt{
    .name = "logfmt",
    .summary = "key=value pairs",
    .make = [](const PrintOptions& options) -> std::unique_ptr<RowPrinter> { return for_terminal(std::make_unique<Logfmt>(), options); },
    .separator = "--\n"};

}  // namespace logmill::query
