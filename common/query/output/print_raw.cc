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
      const record::Value value = raw.at(row).present() ? raw.at(row) : message.at(row);
      line.clear();
      record::append_plain(line, value);
      if (terminal_)
        text::append_lines_escaped_for_terminal(out, line);
      else
        out += line;
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
