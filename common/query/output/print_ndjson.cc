// One JSON object a line; `json` is another name for it: never an array, so that it can be cut
// anywhere.
#include "query/output/row_printer.h"
#include "query/table/fields_of_rows.h"
#include "record/json_object.h"
#include "text/json_writer.h"

namespace logmill::query {
namespace {

class Ndjson : public RowPrinter {
 public:
  base::Status print(const Rows& rows, std::string& out) override {
    LOGMILL_ASSIGN_OR_RETURN(const FieldsOfRows fields, FieldsOfRows::of(rows.table));
    std::vector<std::string> keys;
    for (const std::string_view name : fields.names()) {
      text::append_json_string(keys.emplace_back(","), name);
      keys.back().push_back(':');
    }
    for (const std::uint32_t row : rows.selected) {
      const std::size_t start = out.size();
      for (std::size_t i = 0; i < keys.size(); ++i) {
        const record::Value value = fields.at(i, row);
        if (!value.present()) continue;
        out += keys[i];
        record::append_json(out, value);
      }
      if (out.size() == start) out.push_back(' ');
      out[start] = '{';
      out += "}\n";
    }
    return {};
  }
};

std::unique_ptr<RowPrinter> make_ndjson(const PrintOptions&) { return std::make_unique<Ndjson>(); }

}  // namespace

extern constexpr PrinterSpec kNdjson{.name = "ndjson", .summary = "one JSON object a line", .make = make_ndjson};
extern constexpr PrinterSpec kJson{.name = "json", .summary = "the same as ndjson", .make = make_ndjson};

}  // namespace logmill::query
