#include "loginspect/report.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "loginspect/table.h"
#include "text/json_writer.h"
#include "text/units.h"
#include "text/utf8.h"

namespace logmill::loginspect {
namespace {

using Align = Table::Align;

std::uint64_t rounded(double value) { return static_cast<std::uint64_t>(value + 0.5); }

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

std::string escaped(std::string_view text) {
  std::string out;
  text::append_escaped_for_terminal(out, text);
  return out;
}

Share sum_of(const std::vector<Usage::Row>& rows, std::size_t from) {
  Share sum;
  for (std::size_t i = from; i < rows.size(); ++i) {
    sum.records += rows[i].share.records;
    sum.bytes += rows[i].share.bytes;
    sum.raw_bytes += rows[i].share.raw_bytes;
  }
  return sum;
}

void add_share(Table& table, std::string_view value, const Share& share, double whole, query::Paint paint = query::Paint::plain) {
  table.add({{percent(share.bytes, whole), paint},
             {short_size(rounded(share.bytes)), paint},
             {short_size(rounded(share.raw_bytes)), paint},
             {text::format_count(share.records), paint},
             {escaped(value), paint}});
}

}  // namespace

std::string usage_text(const Usage& usage, std::uint64_t rows_max, query::Style style) {
  std::string out;
  for (std::size_t field = 0; field < usage.by().size(); ++field) {
    const std::string heading = upper(usage.by()[field]);
    Table table({{"SHARE", Align::right}, {"SIZE", Align::right}, {"RAW", Align::right}, {"RECORDS", Align::right}, {heading, Align::left}},
                style);
    auto rows = usage.rows(field);
    const double whole = sum_of(rows, 0).bytes;
    // Where not all fit, also days are shown by size.
    if (rows_max > 0 && rows.size() > rows_max)
      std::ranges::stable_sort(rows, [](const Usage::Row& a, const Usage::Row& b) { return a.share.bytes > b.share.bytes; });
    const std::size_t shown = rows_max == 0 || rows.size() <= rows_max ? rows.size() : rows_max;
    for (std::size_t i = 0; i < shown; ++i) add_share(table, rows[i].value, rows[i].share, whole);
    if (shown < rows.size())
      add_share(table, "(" + text::format_count(rows.size() - shown) + " others)", sum_of(rows, shown), whole, query::Paint::faint);
    if (!out.empty()) out += '\n';
    out += table.text();
  }
  return out;
}

std::string usage_json(const Usage& usage) {
  std::string out;
  for (std::size_t field = 0; field < usage.by().size(); ++field) {
    const auto rows = usage.rows(field);
    const double whole = sum_of(rows, 0).bytes;
    for (const Usage::Row& row : rows) {
      out += "{\"by\":";
      text::append_json_string(out, usage.by()[field]);
      out += ",\"value\":";
      if (row.value == Usage::kNone)
        out += "null";
      else
        text::append_json_string(out, row.value);
      out += ",\"records\":" + std::to_string(row.share.records) + ",\"bytes\":" + std::to_string(rounded(row.share.bytes)) +
             ",\"raw_bytes\":" + std::to_string(rounded(row.share.raw_bytes)) + ",\"share\":";
      std::array<char, 16> share;
      std::snprintf(share.data(), share.size(), "%.4f", whole == 0 ? 0 : row.share.bytes / whole);
      out += share.data();
      out += "}\n";
    }
  }
  return out;
}

std::string column_totals_text(std::vector<ColumnTotal> totals, std::uint64_t rows, query::Style style) {
  std::ranges::stable_sort(totals, std::ranges::greater(), &ColumnTotal::bytes);
  std::uint64_t whole = 0;
  for (const ColumnTotal& total : totals) whole += total.bytes;
  Table table({{"SHARE", Align::right},
               {"SIZE", Align::right},
               {"BYTES/ROW", Align::right},
               {"PRESENT", Align::right},
               {"COLUMN", Align::left},
               {"ENCODINGS", Align::left}},
              style);
  for (const ColumnTotal& total : totals) {
    std::array<char, 32> each;
    std::snprintf(each.data(), each.size(), "%.2f", rows == 0 ? 0 : static_cast<double>(total.bytes) / static_cast<double>(rows));
    table.add({{percent(static_cast<double>(total.bytes), static_cast<double>(whole))},
               {short_size(total.bytes)},
               {each.data()},
               {text::format_count(total.present)},
               {escaped(total.name)},
               {total.encodings}});
  }
  return table.text();
}

std::string column_totals_json(const std::vector<ColumnTotal>& totals) {
  std::string out;
  for (const ColumnTotal& total : totals)
    out += Structure("column_total")
               .add("name", total.name)
               .add("encodings", total.encodings)
               .add("bytes", total.bytes)
               .add("present", total.present)
               .json();
  return out;
}

std::string verdict_text(std::string_view name, const std::vector<std::string>& damages, query::Style style) {
  std::string out;
  for (const std::string& damage : damages) {
    out += escaped(name) + ": ";
    style.append(out, query::Paint::bad, "damaged");
    out += ": " + escaped(damage) + "\n";
  }
  return out;
}

std::string verdict_json(std::string_view name, const std::vector<std::string>& damages) {
  std::string line = "{\"name\":";
  text::append_json_string(line, name);
  line += damages.empty() ? ",\"state\":\"sound\"" : ",\"state\":\"damaged\",\"damages\":[";
  for (std::size_t i = 0; i < damages.size(); ++i) {
    if (i > 0) line += ',';
    text::append_json_string(line, damages[i]);
  }
  return line + (damages.empty() ? "}\n" : "]}\n");
}

std::string kept_text(std::string_view name) {
  return escaped(name) + ": kept as it was damaged; what could be read of it is in the store\n";
}

std::string kept_json(std::string_view name) {
  std::string line = "{\"name\":";
  text::append_json_string(line, name);
  return line + ",\"state\":\"kept\"}\n";
}

}  // namespace logmill::loginspect
