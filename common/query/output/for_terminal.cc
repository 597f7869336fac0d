#include "query/output/for_terminal.h"

#include <utility>

#include "text/utf8.h"

namespace logmill::query {
namespace {

class ForTerminal : public RowPrinter {
 public:
  explicit ForTerminal(std::unique_ptr<RowPrinter> printer) : printer_(std::move(printer)) {}

  base::Status print(const Rows& rows, std::string& out) override { return escape(printer_->print(rows, text_), out); }
  base::Status finish(std::string& out) override { return escape(printer_->finish(text_), out); }
  std::vector<std::string> left_out() const override { return printer_->left_out(); }
  std::vector<std::string> columns() const override { return printer_->columns(); }

 private:
  base::Status escape(base::Status printed, std::string& out) {
    text::append_lines_escaped_for_terminal(out, text_);
    text_.clear();
    return printed;
  }

  std::unique_ptr<RowPrinter> printer_;
  std::string text_;
};

}  // namespace

std::unique_ptr<RowPrinter> for_terminal(std::unique_ptr<RowPrinter> printer, const PrintOptions& options) {
  return options.terminal ? std::make_unique<ForTerminal>(std::move(printer)) : std::move(printer);
}

}  // namespace logmill::query
