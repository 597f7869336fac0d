// The line as it was read; where that is gone, the message.
#include "query/output/row_printer.h"
#include "record/fields.h"
#include "record/json_object.h"
#include "text/utf8.h"

namespace logmill::query {
namespace {

class RawLines : public RowPrinter {
 public:
  explicit RawLines(bool terminal) : terminal_(terminal) {}

  base::Status print(const Rows& rows, std::string& out) override {
    LOGMILL_ASSIGN_OR_RETURN(const ColumnView raw, rows.table.column(record::kRaw));
    LOGMILL_ASSIGN_OR_RETURN(const ColumnView message, rows.table.column(record::kMessage));
    std::string line;
    for (const std::uint32_t row : rows.selected) {
      const record::Value as_read = raw.at(row);
      const record::Value value = as_read.present() ? as_read : message.at(row);
      if (terminal_) {
        line.clear();
        record::append_plain(line, value);
        text::append_lines_escaped_for_terminal(out, line);
      } else {
        record::append_plain(out, value);
      }
      out.push_back('\n');
    }
    return {};
  }

 private:
  bool terminal_;
};

}  // namespace

extern constexpr PrinterSpec kRawLines{
    .name = "raw",
    .summary = "the line as it was read, else the message",
    .make = [](const PrintOptions& options) -> std::unique_ptr<RowPrinter> { return std::make_unique<RawLines>(options.terminal); },
    .separator = "--\n"};

}  // namespace logmill::query
