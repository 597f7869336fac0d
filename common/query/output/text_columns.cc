#include "query/output/text_columns.h"

#include <algorithm>

#include "record/fields.h"
#include "text/display_width.h"

namespace logmill::query {
namespace {

// A wider cell pushes the rest of its line, but not of all others.
constexpr std::size_t kColumnWidthMax = 100;
// Narrower texts say nothing, messages even less.
constexpr std::size_t kTextWidthMin = 8;
constexpr std::size_t kMessageWidthMin = 24;
// "2026-11-21 10:15:00.000", with less and less of it.
constexpr std::size_t kTimeWidth = 23;
constexpr std::size_t kFractionWidth = 4;
constexpr std::size_t kYearWidth = 5;   // "2026-"
constexpr std::size_t kDateWidth = 11;  // "2026-11-21 "
// Of a number's name: "duration_ms" may be "durat…".
constexpr std::size_t kNameWidthMin = 6;

std::size_t widest_cell(const TextColumn& column) {
  std::size_t width = 0;
  for (const std::string& cell : column.cells) width = std::max(width, text::display_width(cell));
  return width;
}

void measure(TextColumn& column) {
  column.width = std::max(text::display_width(column.name), std::min(kColumnWidthMax, widest_cell(column)));
}

bool all_end_with(const TextColumn& column, std::string_view end) {
  return std::ranges::all_of(column.cells, [end](const std::string& cell) { return cell.empty() || cell.ends_with(end); });
}

bool all_begin_alike(const TextColumn& column, std::size_t size) {
  return std::ranges::all_of(column.cells,
                             [&](const std::string& cell) { return cell.substr(0, size) == column.cells.front().substr(0, size); });
}

void drop_fraction(TextColumn& times) {
  for (std::string& cell : times.cells)
    if (cell.size() == kTimeWidth) cell.resize(kTimeWidth - kFractionWidth);
  measure(times);
}

void drop_front(TextColumn& times, std::size_t size) {
  for (std::string& cell : times.cells) cell.erase(0, size);
  measure(times);
}

// One step; false if there is no more to drop.
bool shorten(TextColumn& times) {
  const std::size_t width = widest_cell(times);
  if (width == kTimeWidth)
    drop_fraction(times);
  else if (width == kTimeWidth - kFractionWidth)
    drop_front(times, all_begin_alike(times, kDateWidth) ? kDateWidth : kYearWidth);
  else
    return false;
  return true;
}

// How much of a message is to be left.
enum class Room { some, little };

std::size_t least_width(const TextColumn& column, Room room) {
  const std::size_t cells = widest_cell(column), name = text::display_width(column.name);
  switch (column.kind) {
    case TextColumn::Kind::numbers: return std::max(cells, std::min(name, kNameWidthMin));
    case TextColumn::Kind::times: return cells;
    case TextColumn::Kind::texts: break;
  }
  return std::min(std::max(cells, name), column.name == record::kMessage && room == Room::some ? kMessageWidthMin : kTextWidthMin);
}

// Takes from those that are widest until all fit or are as narrow as they may be.
void narrow(std::vector<TextColumn>& columns, std::size_t width, Room room = Room::some) {
  std::vector<std::size_t> least;
  for (const TextColumn& column : columns) least.push_back(least_width(column, room));
  for (std::size_t all = width_of(columns); all > width; --all) {
    TextColumn* widest = nullptr;
    for (std::size_t i = 0; i < columns.size(); ++i)
      if (columns[i].width > least[i] && (!widest || columns[i].width > widest->width)) widest = &columns[i];
    if (!widest) return;
    --widest->width;
  }
}

// As wide as they like, or as they may.
void fill(std::vector<TextColumn>& columns, std::size_t width) {
  for (TextColumn& column : columns) column.width = std::max(text::display_width(column.name), widest_cell(column));
  narrow(columns, width);
}

// Of what is cut the last character says that there was more.
void cut_to_width(std::string& text, std::size_t width) {
  if (width == 0 || text::display_width(text) <= width) return;
  text.resize(text::prefix_of_width(text, width - 1));
  text += "…";
}

bool remove_last(std::vector<TextColumn>& columns, std::string_view kept) {
  for (std::size_t i = columns.size(); i-- > 1;) {
    if (columns[i].name == kept || columns[i].name == record::kMessage) continue;
    columns.erase(columns.begin() + static_cast<std::ptrdiff_t>(i));
    return true;
  }
  return false;
}

}  // namespace

TextColumn measured(TextColumn column) {
  if (column.kind == TextColumn::Kind::times && all_end_with(column, ".000")) drop_fraction(column);
  measure(column);
  return column;
}

std::size_t width_of(const std::vector<TextColumn>& columns) {
  std::size_t sum = 0;
  for (const TextColumn& column : columns) sum += column.width + kColumnGap;
  return sum - std::min(sum, kColumnGap);
}

std::size_t fit_to_width(std::vector<TextColumn>& columns, std::size_t width, std::string_view kept) {
  fill(columns, width);
  for (TextColumn& column : columns)
    while (width_of(columns) > width && column.kind == TextColumn::Kind::times && shorten(column)) {
    }
  std::size_t removed = 0;
  // The head says "+1" behind the others.
  const auto room = [&] { return removed > 0 ? width - std::min(width, kColumnGap + 1 + std::to_string(removed).size()) : width; };
  while (width_of(columns) > room() && remove_last(columns, kept)) ++removed;
  if (removed > 0) fill(columns, room());
  narrow(columns, room(), Room::little);
  for (TextColumn& column : columns) {
    cut_to_width(column.name, column.width);
    for (std::string& cell : column.cells) cut_to_width(cell, column.width);
  }
  return removed;
}

}  // namespace logmill::query
