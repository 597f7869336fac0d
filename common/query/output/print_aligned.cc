// Columns under a head line, numbers to the right; with bars where asked for. Holds all rows to the
// end, for the widths.
#include <algorithm>
#include <numeric>
#include <optional>

#include "query/output/row_printer.h"
#include "query/output/split_chart.h"
#include "query/output/style.h"
#include "query/output/text_columns.h"
#include "query/pipeline/held_rows.h"
#include "query/table/fields_of_rows.h"
#include "record/fields.h"
#include "record/json_object.h"
#include "text/display_width.h"
#include "text/time.h"
#include "text/utf8.h"

namespace logmill::query {
namespace {

constexpr std::string_view kFull = "█";
constexpr std::size_t kBarWidth = 30;
// Shorter bars say nothing.
constexpr std::size_t kBarWidthMin = 8;

// What a table takes when it is drawn, for each byte of the rows, about: its cells are texts.
constexpr std::size_t kBytesPerHeld = 4;

class Aligned : public RowPrinter {
 public:
  explicit Aligned(const PrintOptions& options)
      : style_{options.color, options.terminal},
        utc_(options.utc),
        chart_(options.chart),
        split_(options.split),
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
    auto chart = split_.empty() ? std::nullopt : split_chart(fields, held_.batch().times(), split_, chart_, utc_);
    if (!chart) chart = chart_of_rows(fields);
    append_chart(*chart, out);
    return {};
  }

 private:
  // A line for each row, and a bar for its number.
  SplitChart chart_of_rows(const FieldsOfRows& fields) const {
    SplitChart chart{.columns = {}, .parts = {{Paint::key, kFull}}, .stacks = {}};
    for (std::size_t i = 0; i < fields.names().size(); ++i) add_column(fields, i, chart.columns);
    if (!chart_.empty())
      for (const double number : bar_numbers(fields)) chart.stacks.push_back({number});
    return chart;
  }

  void append_chart(SplitChart& chart, std::string& out) const {
    for (TextColumn& column : chart.columns) prepare(chart, column);
    double greatest = 0;
    for (const auto& stack : chart.stacks) greatest = std::max(greatest, std::accumulate(stack.begin(), stack.end(), 0.0));
    std::size_t left_out = 0, bar_width = greatest > 0 ? kBarWidth : 0;
    if (width_ > 0) {
      left_out = fit_to_width(chart.columns, width_ - std::min(width_, bar_width > 0 ? kBarWidthMin + kColumnGap : 0), chart_);
      bar_width = std::min(bar_width, width_ - std::min(width_, width_of(chart.columns) + kColumnGap));
    }
    append_head(chart, left_out, out);
    for (std::size_t line = 0; line < chart.columns.front().cells.size(); ++line) {
      append_line(chart.columns, line, out);
      if (bar_width > 0) append_bars(out, chart.parts, chart.stacks[line], greatest, bar_width);
      trim(out);
      out.push_back('\n');
    }
  }

  // Before it is shown, or made to fit.
  void prepare(const SplitChart& chart, TextColumn& column) const {
    if (style_.terminal) {
      escape(column.name);
      for (std::string& cell : column.cells) escape(cell);
    }
    if (column.part && !style_.color) column.name.insert(0, chart.parts[*column.part].glyph);
    column = measured(std::move(column));
  }

  void add_column(const FieldsOfRows& fields, std::size_t field, std::vector<TextColumn>& columns) const {
    TextColumn column;
    column.name = fields.names()[field];
    column.kind = column.name == record::kTimestamp ? TextColumn::Kind::times : TextColumn::Kind::numbers;
    bool any = false;
    for (std::size_t row = 0; row < held_.size(); ++row) {
      const record::Value value = fields.at(field, row);
      std::string& cell = column.cells.emplace_back();
      if (!value.present()) continue;
      any = true;
      if (column.kind == TextColumn::Kind::numbers && !value.is_number()) column.kind = TextColumn::Kind::texts;
      if (column.kind == TextColumn::Kind::times)
        text::append_time_local(cell, held_.batch().times()[row], utc_);
      else
        record::append_plain(cell, value);
    }
    if (any) columns.push_back(std::move(column));
  }

  static void escape(std::string& text) {
    std::string escaped;
    text::append_escaped_for_terminal(escaped, text);
    text = std::move(escaped);
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

  void append_head(const SplitChart& chart, std::size_t left_out, std::string& out) const {
    for (const TextColumn& column : chart.columns)
      append_padded(column, column.name, column.part ? chart.parts[*column.part].paint : Paint::name, out);
    if (left_out > 0) style_.append(out, Paint::faint, "+" + std::to_string(left_out));
    trim(out);
    out.push_back('\n');
  }

  void append_line(const std::vector<TextColumn>& columns, std::size_t line, std::string& out) const {
    for (const TextColumn& column : columns) {
      const Paint paint = column.name == record::kLevel ? paint_of_level(column.cells[line]) : Paint::plain;
      append_padded(column, column.cells[line], paint, out);
    }
  }

  void append_padded(const TextColumn& column, std::string_view cell, Paint paint, std::string& out) const {
    const std::size_t width = text::display_width(cell);
    const std::string padding(column.width > width ? column.width - width : 0, ' ');
    const bool right = column.kind == TextColumn::Kind::numbers;
    if (right) out += padding;
    style_.append(out, paint, cell);
    if (!right) out += padding;
    out.append(kColumnGap, ' ');
  }

  // One part in eighths of a character, so that small differences show; several in whole ones, side by side.
  void append_bars(std::string& out, const std::vector<SplitChart::Part>& parts, const std::vector<double>& stack, double greatest,
                   std::size_t width) const {
    constexpr std::string_view kEighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    const std::size_t steps = parts.size() == 1 ? 8 : 1;
    double sum = 0;
    std::size_t from = 0;
    for (std::size_t i = 0; i < stack.size(); ++i) {
      sum += stack[i];
      const auto to = static_cast<std::size_t>(sum / greatest * static_cast<double>(steps * width) + 0.5);
      std::string bar;
      for (std::size_t at = from / steps; at < to / steps; ++at) bar += style_.color ? kFull : parts[i].glyph;
      bar += kEighths[to % steps];
      style_.append(out, parts[i].paint, bar);
      from = to;
    }
  }

  static void trim(std::string& out) {
    while (out.ends_with(' ')) out.pop_back();
  }

  Style style_;
  bool utc_;
  std::string chart_, split_;
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
