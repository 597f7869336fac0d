#include "loginspect/table.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "text/display_width.h"

namespace logmill::loginspect {
std::string Table::text() const {
  std::vector<std::size_t> widths;
  for (const Heading& heading : headings_) widths.push_back(heading.text.size());
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], text::display_width(row[i].text));
  std::string out;
  const auto append = [&](std::size_t column, std::string_view text, query::Paint paint, bool last) {
    const std::string pad(widths[column] - std::min(widths[column], text::display_width(text)), ' ');
    const bool right = headings_[column].align == Align::right;
    if (right) out += pad;
    style_.append(out, paint, text);
    if (!right && !last) out += pad;
    out += last ? '\n' : ' ';
  };
  for (std::size_t i = 0; i < headings_.size(); ++i) append(i, headings_[i].text, query::Paint::name, i + 1 == headings_.size());
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i) append(i, row[i].text, row[i].paint, i + 1 == row.size());
  return out;
}

std::string short_size(std::uint64_t bytes) {
  constexpr std::string_view kUnits = "KMGTPE";
  constexpr std::uint64_t kPlainMax = 999;
  if (bytes <= kPlainMax) return std::to_string(bytes);
  double value = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  for (; value >= 999.5; ++unit) value /= 1024;
  std::array<char, 16> text;
  const int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  std::snprintf(text.data(), text.size(), "%.*f%c", decimals, value, kUnits[unit]);
  return text.data();
}

std::string percent(double part, double whole) {
  std::array<char, 16> text;
  std::snprintf(text.data(), text.size(), "%.1f%%", whole == 0 ? 0.0 : 100 * part / whole);
  return text.data();
}

}  // namespace logmill::loginspect
