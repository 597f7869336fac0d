#include "logparse/report.h"

#include <algorithm>
#include <cstdio>

#include "record/fields.h"
#include "text/units.h"
#include "text/utf8.h"

namespace logmill::logparse {
namespace {

constexpr std::size_t kMissesShown = 10;
constexpr std::size_t kLineBytesShown = 76;  // fits a terminal of 80 columns with its indent
constexpr std::size_t kNameWidth = 14;

std::string padded(std::string_view name) {
  std::string text(name);
  text.resize(std::max(kNameWidth, text.size() + 1), ' ');
  return text;
}

std::string shown(std::string_view line) {
  std::string text;
  text::append_escaped_for_terminal(text, line.substr(0, kLineBytesShown));
  if (line.size() > kLineBytesShown) text += "…";
  return text;
}

std::string percentage(std::uint64_t part, std::uint64_t whole) {
  char text[16];
  std::snprintf(text, sizeof text, "%.1f%%", whole == 0 ? 100.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole));
  return text;
}

}  // namespace

std::string list_formats() {
  std::string text;
  for (const parse::ParserSpec* spec : parse::parsers())
    text += padded(spec->name) + std::string(spec->summary) + "\n    " + shown(spec->sample) + "\n";
  text += padded("regex:PATTERN") +
          "named groups of an RE2 expression become fields\n    "
          "regex:^(?P<time>\\S+) (?P<user>\\w+): (?P<message>.*)\n";
  return text;
}

void TestReport::add(const record::Batch& batch) {
  const record::Column* errors = batch.find(record::kParseError);
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    ++records_;
    if (errors == nullptr || !errors->at(row).is_text()) continue;
    ++misses_;
    if (first_.size() == kMissesShown) continue;
    const record::Value line = batch.get(record::kRaw, row);
    first_.push_back({records_, std::string(errors->at(row).text()), line.is_text() ? shown(line.text()) : ""});
  }
}

std::string TestReport::text(const parse::LineParser& parser) const {
  std::string text = text::format_count(records_ - misses_) + " of " + text::format_count(records_) + " records have fields (" +
                     percentage(records_ - misses_, records_) + ")\n";
  std::vector<std::pair<std::uint64_t, std::string_view>> formats;
  for (const auto& [spec, lines] : parser.fitted()) formats.emplace_back(lines, spec ? spec->name : "regex");
  std::sort(formats.begin(), formats.end(),
            [](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
  for (const auto& [lines, name] : formats) text += "  " + padded(name) + text::format_count(lines) + "\n";
  for (const Miss& miss : first_) text += "record " + text::format_count(miss.record) + ": " + miss.error + "\n    " + miss.line + "\n";
  if (misses_ > first_.size()) text += "and " + text::format_count(misses_ - first_.size()) + " more\n";
  return text;
}

}  // namespace logmill::logparse
