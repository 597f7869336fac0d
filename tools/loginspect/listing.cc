#include "loginspect/listing.h"

#include <algorithm>

#include "text/json_writer.h"
#include "text/time.h"
#include "text/units.h"
#include "text/utf8.h"

namespace logmill::loginspect {
namespace {

// "9.1x", "24x".
std::string ratio(const Summary& summary) {
  if (!summary.raw_bytes || summary.bytes == 0) return "-";
  const auto tenths = static_cast<std::int64_t>(static_cast<double>(*summary.raw_bytes) * 10 / static_cast<double>(summary.bytes) + 0.5);
  std::string text;
  if (tenths < 100)
    text::append_decimal(text, tenths, 1);
  else
    text::append_integer(text, (tenths + 5) / 10);
  return text + "x";
}

// "2026-11-21 10:15"
std::string minute(base::TimeNs time, Listing::Zone zone) {
  std::string text;
  text::append_time_local(text, time, zone == Listing::Zone::utc);
  return text.substr(0, 16);
}

void append_field(std::string& out, std::string_view key) {
  out += out.empty() ? '{' : ',';
  text::append_json_string(out, key);
  out += ':';
}

}  // namespace

void Listing::add(std::string name, const Summary& summary) { lines_.push_back({std::move(name), summary}); }

std::string Listing::text() const {
  for (const auto& [with_state, with_raw] : {std::pair{true, true}, {true, false}}) {
    if (columns_ == 0) return table(with_state, with_raw);
    // What colours are made of takes no room.
    Listing plain(zone_, {}, 0);
    plain.lines_ = lines_;
    const std::string text = plain.table(with_state, with_raw);
    std::size_t widest = 0;
    for (std::size_t from = 0, end; (end = text.find('\n', from)) != text.npos; from = end + 1) widest = std::max(widest, end - from);
    if (widest <= columns_) return table(with_state, with_raw);
  }
  return table(false, false);
}

std::string Listing::table(bool with_state, bool with_raw) const {
  using Align = Table::Align;
  std::vector<Table::Heading> headings = {{"KIND", Align::left}};
  if (with_state) headings.push_back({"STATE", Align::left});
  headings.push_back({"RECORDS", Align::right});
  headings.push_back({"SIZE", Align::right});
  if (with_raw) headings.push_back({"RAW", Align::right});
  headings.push_back({"RATIO", Align::right});
  headings.push_back({"TIMES", Align::left});
  headings.push_back({"NAME", Align::left});
  Table table(std::move(headings), style_);
  for (const Line& line : lines_) table.add(cells(line, with_state, with_raw));
  table.add(cells(total(), with_state, with_raw));
  return table.text();
}

std::vector<Table::Cell> Listing::cells(const Line& line, bool with_state, bool with_raw) const {
  const Summary& summary = line.summary;
  const auto paint = summary.damaged ? query::Paint::bad : query::Paint::plain;
  std::vector<Table::Cell> cells = {{summary.kind}};
  if (with_state) cells.push_back({summary.damaged ? "damaged" : summary.state, paint});
  cells.push_back({summary.records ? text::format_count(*summary.records) : "-"});
  cells.push_back({short_size(summary.bytes)});
  if (with_raw) cells.push_back({summary.raw_bytes ? short_size(*summary.raw_bytes) : "-"});
  cells.push_back({ratio(summary)});
  cells.push_back({times(summary)});
  std::string name;
  text::append_escaped_for_terminal(name, line.name);
  if (!with_state && summary.damaged) name += " (damaged)";
  cells.push_back({name, paint});
  return cells;
}

Listing::Line Listing::total() const {
  Summary sum;
  sum.kind = "total";
  for (const Line& line : lines_) {
    const Summary& summary = line.summary;
    sum.bytes += summary.bytes;
    sum.records = sum.records.value_or(0) + summary.records.value_or(0);
    if (summary.raw_bytes) sum.raw_bytes = sum.raw_bytes.value_or(0) + *summary.raw_bytes;
    if (summary.time_min) sum.time_min = std::min(sum.time_min.value_or(*summary.time_min), *summary.time_min);
    if (summary.time_max) sum.time_max = std::max(sum.time_max.value_or(*summary.time_max), *summary.time_max);
  }
  return {text::format_count(lines_.size()) + (lines_.size() == 1 ? " file" : " files"), sum};
}

// Minutes; of the end only what differs: its time within a day, its day within a year. Else days.
std::string Listing::times(const Summary& summary) const {
  if (!summary.time_min || !summary.time_max) return "-";
  const std::string from = minute(*summary.time_min, zone_), to = minute(*summary.time_max, zone_);
  if (from.substr(0, 4) != to.substr(0, 4)) return from.substr(0, 10) + "/" + to.substr(0, 10);
  const bool same_day = from.substr(0, 10) == to.substr(0, 10);
  return from + "-" + (same_day ? to.substr(11) : to.substr(5, 5));
}

std::string summary_json(std::string_view name, const Summary& summary) {
  std::string out;
  const auto add_text = [&](std::string_view key, std::string_view value) {
    append_field(out, key);
    text::append_json_string(out, value);
  };
  const auto add_number = [&](std::string_view key, std::optional<std::uint64_t> value) {
    if (!value) return;
    append_field(out, key);
    text::append_integer(out, static_cast<std::int64_t>(*value));
  };
  const auto add_time = [&](std::string_view key, std::optional<base::TimeNs> value) {
    if (!value) return;
    std::string text;
    text::append_time_utc(text, *value);
    add_text(key, text);
  };
  add_text("name", name);
  add_text("kind", summary.kind);
  add_text("state", summary.damaged ? "damaged" : summary.state);
  add_number("records", summary.records);
  add_number("bytes", summary.bytes);
  add_number("raw_bytes", summary.raw_bytes);
  add_time("time_min", summary.time_min);
  add_time("time_max", summary.time_max);
  return out + "}\n";
}

}  // namespace logmill::loginspect
