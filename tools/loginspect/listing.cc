#include "loginspect/listing.h"

#include <algorithm>

#include "text/json_writer.h"
#include "text/time.h"
#include "text/units.h"
#include "text/utf8.h"

namespace logmill::loginspect {
namespace {

void append_left(std::string& out, std::string_view text, std::size_t width) {
  out += text;
  if (text.size() < width) out.append(width - text.size(), ' ');
  out += ' ';
}

void append_right(std::string& out, std::string_view text, std::size_t width) {
  if (text.size() < width) out.append(width - text.size(), ' ');
  out += text;
  out += ' ';
}

// "9.1x", "24x".
std::string ratio(const Summary& summary) {
  if (!summary.raw_bytes || summary.bytes == 0) return "-";
  const auto tenths = static_cast<std::int64_t>(
      static_cast<double>(*summary.raw_bytes) * 10 / static_cast<double>(summary.bytes) + 0.5);
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

std::string json_line(std::string_view name, const Summary& summary) {
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
  add_number("records", summary.records);
  add_number("bytes", summary.bytes);
  add_number("raw_bytes", summary.raw_bytes);
  add_time("time_min", summary.time_min);
  add_time("time_max", summary.time_max);
  add_text("state", summary.damaged ? "damaged" : "sound");
  return out + "}\n";
}

}  // namespace

std::string Listing::head() const {
  if (form_ == Form::json) return {};
  std::string out;
  append_left(out, "KIND", 5);
  append_right(out, "RECORDS", 9);
  append_right(out, "SIZE", 10);
  append_right(out, "RATIO", 5);
  append_left(out, "TIMES", 22);
  return out + "NAME\n";
}

std::string Listing::line(std::string_view name, const Summary& summary) {
  ++files_;
  sum_.bytes += summary.bytes;
  sum_.records = sum_.records.value_or(0) + summary.records.value_or(0);
  if (summary.raw_bytes) sum_.raw_bytes = sum_.raw_bytes.value_or(0) + *summary.raw_bytes;
  if (summary.time_min)
    sum_.time_min = std::min(sum_.time_min.value_or(*summary.time_min), *summary.time_min);
  if (summary.time_max)
    sum_.time_max = std::max(sum_.time_max.value_or(*summary.time_max), *summary.time_max);
  return form_ == Form::json ? json_line(name, summary) : row(name, summary);
}

std::string Listing::total() const {
  if (form_ == Form::json) return {};
  std::string name = text::format_count(files_) + (files_ == 1 ? " file" : " files");
  if (sum_.raw_bytes) name += ", " + text::format_size(*sum_.raw_bytes) + " raw";
  Summary sum = sum_;
  sum.kind = "total";
  return row(name, sum);
}

std::string Listing::row(std::string_view name, const Summary& summary) const {
  std::string out;
  append_left(out, summary.kind, 5);
  append_right(out, summary.records ? text::format_count(*summary.records) : "-", 9);
  append_right(out, text::format_size(summary.bytes), 10);
  append_right(out, ratio(summary), 5);
  append_left(out, times(summary), 22);
  text::append_escaped_for_terminal(out, name);
  if (summary.damaged) out += " (damaged)";
  return out + "\n";
}

// Minutes; of the end only what differs: its time within a day, its day else.
std::string Listing::times(const Summary& summary) const {
  if (!summary.time_min || !summary.time_max) return "-";
  const std::string from = minute(*summary.time_min, zone_), to = minute(*summary.time_max, zone_);
  const bool same_day = from.substr(0, 10) == to.substr(0, 10);
  return from + "-" + (same_day ? to.substr(11) : to.substr(5, 5));
}

}  // namespace logmill::loginspect
