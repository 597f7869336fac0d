#include "query/output/split_chart.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <string>

#include "record/fields.h"
#include "record/json_object.h"
#include "record/severity.h"
#include "text/time.h"

namespace logmill::query {
namespace {

// More are a table that nobody can read.
constexpr std::size_t kPartsMax = 12;
constexpr std::string_view kNoValue = "(none)";

constexpr Paint kPaints[] = {Paint::key, Paint::good, Paint::note, Paint::worst, Paint::bad, Paint::name, Paint::faint};
constexpr std::string_view kGlyphs[] = {"█", "▓", "▒", "░"};

struct Value {
  std::string name;
  std::vector<std::size_t> lines;
  std::vector<record::Value> numbers;
  double sum = 0;
};

std::string name_of(const record::Value& value) {
  if (!value.present()) return std::string(kNoValue);
  std::string name;
  record::append_plain(name, value);
  return name;
}

void put_in_order(std::vector<Value>& values, bool levels) {
  const auto badness = [levels](const Value& value) {
    return levels ? record::severity_from_text(value.name).value_or(record::Severity::none) : record::Severity::none;
  };
  std::ranges::stable_sort(
      values, [&](const Value& a, const Value& b) { return badness(a) != badness(b) ? badness(a) > badness(b) : a.sum > b.sum; });
}

TextColumn times_column(const std::vector<base::TimeNs>& lines, bool utc) {
  TextColumn column{.name = std::string(record::kTimestamp), .kind = TextColumn::Kind::times};
  for (const base::TimeNs time : lines) text::append_time_local(column.cells.emplace_back(), time, utc);
  return column;
}

}  // namespace

std::optional<SplitChart> split_chart(const FieldsOfRows& fields, const std::vector<base::TimeNs>& times, std::string_view field,
                                      std::string_view number, bool utc) {
  const int names = fields.find(field), numbers = fields.find(number);
  if (numbers < 0) return std::nullopt;
  std::vector<base::TimeNs> lines;
  std::vector<Value> values;
  std::map<std::string, std::size_t> place;
  for (std::size_t row = 0; row < times.size(); ++row) {
    if (lines.empty() || lines.back() != times[row]) lines.push_back(times[row]);
    const record::Value value = fields.at(static_cast<std::size_t>(numbers), row);
    if (value.present() && (!value.is_number() || value.as_double() < 0)) return std::nullopt;
    const std::string name = name_of(names < 0 ? record::Value{} : fields.at(static_cast<std::size_t>(names), row));
    const auto [found, is_new] = place.emplace(name, values.size());
    if (is_new) values.push_back({name, {}, {}});
    if (values.size() > kPartsMax) return std::nullopt;
    Value& part = values[found->second];
    part.lines.push_back(lines.size() - 1);
    part.numbers.push_back(value);
    if (value.present()) part.sum += value.as_double();
  }
  const bool levels = field == record::kLevel;
  put_in_order(values, levels);
  SplitChart chart;
  chart.columns.push_back(times_column(lines, utc));
  chart.stacks.assign(lines.size(), std::vector<double>(values.size(), 0));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Paint paint = levels && values[i].name != kNoValue ? paint_of_level(values[i].name) : kPaints[i % std::size(kPaints)];
    chart.parts.push_back({paint, kGlyphs[i % std::size(kGlyphs)]});
    TextColumn& column = chart.columns.emplace_back(TextColumn{.name = values[i].name, .kind = TextColumn::Kind::numbers});
    column.part = i;
    column.cells.resize(lines.size());
    for (std::size_t k = 0; k < values[i].lines.size(); ++k) {
      const std::size_t line = values[i].lines[k];
      if (!values[i].numbers[k].present()) continue;
      column.cells[line].clear();
      record::append_plain(column.cells[line], values[i].numbers[k]);
      chart.stacks[line][i] += values[i].numbers[k].as_double();
    }
  }
  return chart;
}

}  // namespace logmill::query
