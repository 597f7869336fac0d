// Columns under a head line, numbers to the right; with bars where asked for. Holds all rows to the
// end, for the widths.
#include <algorithm>

#include "query/output/row_printer.h"
#include "query/output/style.h"
#include "query/pipeline/held_rows.h"
#include "query/table/fields_of_rows.h"
#include "record/fields.h"
#include "record/json_object.h"
#include "text/time.h"

namespace logmill::query {
namespace {

constexpr std::size_t kBarWidth = 30;
// A wider cell pushes the rest of its line, but not of all others.
constexpr std::size_t kColumnWidthMax = 100;
// Narrower ones say nothing.
constexpr std::size_t kColumnWidthMin = 8;

// What a table takes when it is drawn, for each byte of the rows, about: its cells are texts.
constexpr std::size_t kBytesPerHeld = 4;

std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

// Leaves `width` characters, of which the last says that there was more.
void cut_to_width(std::string& text, std::size_t width) {
  if (display_width(text) <= width) return;
  std::size_t end = 0;
  for (std::size_t shown = 0; end < text.size(); ++end) {
    const bool starts = (static_cast<unsigned char>(text[end]) & 0xc0) != 0x80;
    if (starts && ++shown == width) break;
  }
  text.resize(end);
  text += "…";
}

struct TextColumn {
  std::string name;
  bool numbers = true;  // all of it
  std::vector<std::string> cells;
  std::size_t width = 0;
};

class Aligned : public RowPrinter {
 public:
  explicit Aligned(const PrintOptions& options)
      : style_{options.color, options.terminal},
        utc_(options.utc),
        chart_(options.chart),
        width_(options.width),
        share_(*options.workspace) {}

  base::Status print(const Rows& rows, std::string&) override {
    LOGMILL_RETURN_IF_ERROR(held_.add(rows));
    return share_.hold(kBytesPerHeld * held_.memory_bytes(), "table");
  }

  base::Status finish(std::string& out) override {
    if (held_.size() == 0) return {};
    const auto table = held_.table();
    LOGMILL_ASSIGN_OR_RETURN(const FieldsOfRows fields, FieldsOfRows::of(*table));
    std::vector<TextColumn> columns;
    for (std::size_t i = 0; i < fields.names().size(); ++i) add_column(fields, i, columns);
    const std::vector<double> bars = chart_.empty() ? std::vector<double>{} : bar_numbers(fields);
    if (width_ > 0) fit_to_width(columns, bars.empty() ? width_ : width_ - std::min(width_ / 2, kBarWidth));
    const double greatest = bars.empty() ? 0 : std::ranges::max(bars);
    append_head(columns, out);
    for (std::size_t row = 0; row < held_.size(); ++row) {
      append_row(columns, row, out);
      if (greatest > 0) append_bar(out, bars[row] / greatest);
      trim(out);
      out.push_back('\n');
    }
    return {};
  }

 private:
  void add_column(const FieldsOfRows& fields, std::size_t field, std::vector<TextColumn>& columns) {
    TextColumn column;
    column.name = fields.names()[field];
    column.width = display_width(column.name);
    bool any = false;
    for (std::size_t row = 0; row < held_.size(); ++row) {
      const record::Value value = fields.at(field, row);
      std::string& cell = column.cells.emplace_back();
      if (!value.present()) continue;
      any = true;
      column.numbers = column.numbers && value.is_number();
      if (column.name == record::kTimestamp)
        text::append_time_local(cell, held_.batch().times()[row], utc_);
      else
        record::append_plain(cell, value);
      column.width = std::max(column.width, std::min(kColumnWidthMax, display_width(cell)));
    }
    if (any) columns.push_back(std::move(column));
  }

  // Takes from the widest until a line fits; cells that are longer are cut.
  static void fit_to_width(std::vector<TextColumn>& columns, std::size_t width) {
    const auto total = [&columns] {
      std::size_t sum = 0;
      for (const TextColumn& column : columns) sum += column.width + 2;
      return sum;
    };
    for (std::size_t all = total(); all > width; --all) {
      const auto widest = std::ranges::max_element(columns, {}, &TextColumn::width);
      if (widest->width <= kColumnWidthMin) break;
      --widest->width;
    }
    for (TextColumn& column : columns)
      for (std::string& cell : column.cells) cut_to_width(cell, column.width);
  }

  // Empty if there is nothing to compare.
  std::vector<double> bar_numbers(const FieldsOfRows& fields) const {
    const int field = fields.find(chart_);
    if (field < 0 || held_.size() < 2) return {};
    std::vector<double> numbers(held_.size(), 0);
    for (std::size_t row = 0; row < held_.size(); ++row) {
      const record::Value value = fields.at(static_cast<std::size_t>(field), row);
      if (value.present() && (!value.is_number() || value.as_double() < 0)) return {};
      if (value.present()) numbers[row] = value.as_double();
    }
    return numbers;
  }

  void append_head(const std::vector<TextColumn>& columns, std::string& out) const {
    for (const TextColumn& column : columns) append_padded(column, column.name, Paint::name, out);
    trim(out);
    out.push_back('\n');
  }

  void append_row(const std::vector<TextColumn>& columns, std::size_t row, std::string& out) const {
    for (const TextColumn& column : columns) {
      const Paint paint = column.name == record::kLevel ? paint_of_level(column.cells[row]) : Paint::plain;
      append_padded(column, column.cells[row], paint, out);
    }
  }

  void append_padded(const TextColumn& column, std::string_view cell, Paint paint, std::string& out) const {
    const std::size_t width = display_width(cell);
    const std::string padding(column.width > width ? column.width - width : 0, ' ');
    if (column.numbers) out += padding;
    style_.append(out, paint, cell);
    if (!column.numbers) out += padding;
    out += "  ";
  }

  // Eighths of a character, so that small differences show.
  void append_bar(std::string& out, double share) const {
    constexpr std::string_view kEighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    const auto eighths = static_cast<std::size_t>(share * static_cast<double>(8 * kBarWidth) + 0.5);
    std::string bar;
    for (std::size_t i = 0; i < eighths / 8; ++i) bar += "█";
    bar += kEighths[eighths % 8];
    style_.append(out, Paint::key, bar);
  }

  static void trim(std::string& out) {
    while (out.ends_with(' ')) out.pop_back();
  }

  Style style_;
  bool utc_;
  std::string chart_;
  std::size_t width_;
  HeldRows held_;
  Workspace::Share share_;
};

}  // namespace

extern constexpr PrinterSpec kAligned{
    .name = "table", .summary = "columns under a head line", .make = [](const PrintOptions& options) -> std::unique_ptr<RowPrinter> {
      return std::make_unique<Aligned>(options);
    }};

}  // namespace logmill::query
