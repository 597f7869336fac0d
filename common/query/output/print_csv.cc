// csv (RFC 4180, but lines end as everywhere else here) and tsv, with a head line. The fields of
// the first rows make the head.
#include <algorithm>
#include <utility>

#include "query/output/for_terminal.h"
#include "query/output/row_printer.h"
#include "query/table/fields_of_rows.h"
#include "record/json_object.h"

namespace logmill::query {
namespace {

enum class Separator : char { comma = ',', tab = '\t' };

void append_csv_cell(std::string& out, std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out.push_back('"');
  for (const char c : text) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
}

// TSV has no quotes: what would break a row is escaped (the IANA registration forbids it; this is
// what mlr and PostgreSQL do).
void append_tsv_cell(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '\t': out += "\\t"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\\': out += "\\\\"; break;
      default: out.push_back(c);
    }
  }
}

class Separated : public RowPrinter {
 public:
  Separated(Separator separator, const PrintOptions& options)
      : separator_(separator), with_head_(options.with_head), head_(options.columns) {}

  base::Status print(const Rows& rows, std::string& out) override {
    if (rows.selected.empty()) return {};
    LOGMILL_ASSIGN_OR_RETURN(const FieldsOfRows fields, FieldsOfRows::of(rows.table));
    if (head_.empty()) choose_columns(fields, rows);
    if (std::exchange(with_head_, false)) write_head(out);
    note_left_out(fields, rows);
    std::vector<int> columns;
    for (const std::string& name : head_) columns.push_back(fields.find(name));
    for (const std::uint32_t row : rows.selected) {
      for (std::size_t i = 0; i < columns.size(); ++i) {
        scratch_.clear();
        if (columns[i] >= 0) record::append_plain(scratch_, fields.at(static_cast<std::size_t>(columns[i]), row));
        append_cell(i, out);
      }
      end_row(out);
    }
    return {};
  }

  std::vector<std::string> left_out() const override { return left_out_; }
  std::vector<std::string> columns() const override { return head_; }

 private:
  static bool any_present(const FieldsOfRows& fields, std::size_t field, const Rows& rows) {
    return std::ranges::any_of(rows.selected, [&](auto row) { return fields.at(field, row).present(); });
  }

  void choose_columns(const FieldsOfRows& fields, const Rows& rows) {
    for (std::size_t i = 0; i < fields.names().size(); ++i)
      if (any_present(fields, i, rows)) head_.emplace_back(fields.names()[i]);
  }

  void write_head(std::string& out) {
    for (std::size_t i = 0; i < head_.size(); ++i) {
      scratch_ = head_[i];
      append_cell(i, out);
    }
    end_row(out);
  }

  void note_left_out(const FieldsOfRows& fields, const Rows& rows) {
    for (std::size_t i = 0; i < fields.names().size(); ++i) {
      const std::string_view name = fields.names()[i];
      if (std::ranges::find(head_, name) == head_.end() && any_present(fields, i, rows) &&
          std::ranges::find(left_out_, name) == left_out_.end())
        left_out_.emplace_back(name);
    }
  }

  void append_cell(std::size_t column, std::string& out) {
    if (column > 0) out.push_back(static_cast<char>(separator_));
    if (separator_ == Separator::comma)
      append_csv_cell(out, scratch_);
    else
      append_tsv_cell(out, scratch_);
  }
  void end_row(std::string& out) const { out.push_back('\n'); }

  Separator separator_;
  bool with_head_;
  std::vector<std::string> head_, left_out_;
  std::string scratch_;
};

}  // namespace

extern constexpr PrinterSpec kCsv{.name = "csv",
                                  .summary = "comma-separated values with a head line",
                                  .make = [](const PrintOptions& options) -> std::unique_ptr<RowPrinter> {
                                    return for_terminal(std::make_unique<Separated>(Separator::comma, options), options);
                                  }};
extern constexpr PrinterSpec kTsv{
    .name = "tsv", .summary = "the same with tabs", .make = [](const PrintOptions& options) -> std::unique_ptr<RowPrinter> {
      return for_terminal(std::make_unique<Separated>(Separator::tab, options), options);
    }};

}  // namespace logmill::query
