// key=value pairs.
#include "query/output/key_value.h"
#include "query/output/row_printer.h"
#include "query/table/fields_of_rows.h"

namespace logmill::query {
namespace {

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
        out += fields.names()[i];
        out.push_back('=');
        append_pair_value(out, value);
      }
      out.push_back('\n');
    }
    return {};
  }
};

}  // namespace

extern constexpr PrinterSpec kLogfmt{.name = "logfmt",
                                     .summary = "key=value pairs",
                                     .make = [](const PrintOptions&) -> std::unique_ptr<RowPrinter> { return std::make_unique<Logfmt>(); },
                                     .separator = "--\n"};

}  // namespace logmill::query
