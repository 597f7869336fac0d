#include "logindex/report.h"

#include "text/json_writer.h"
#include "text/units.h"

namespace logmill::logindex {
namespace {

void append_padded(std::string& out, std::string_view text, std::size_t width) {
  out += text;
  if (text.size() < width) out.append(width - text.size(), ' ');
}

void append_right(std::string& out, std::string_view text, std::size_t width) {
  if (text.size() < width) out.append(width - text.size(), ' ');
  out += text;
}

// One digit after the point: "4.1 %".
std::string percent(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "-";
  std::string text;
  text::append_decimal(text, static_cast<std::int64_t>(static_cast<double>(part) * 1000 / static_cast<double>(whole) + 0.5), 1);
  return text + " %";
}

}  // namespace

void append_json_line(std::string& out, const SegmentIndex& segment, std::string_view action) {
  const auto add_text = [&](std::string_view key, std::string_view value) {
    out += out.empty() || out.back() == '\n' ? '{' : ',';
    text::append_json_string(out, key);
    out += ':';
    text::append_json_string(out, value);
  };
  const auto add_number = [&](std::string_view key, std::uint64_t value) {
    out += ',';
    text::append_json_string(out, key);
    out += ':';
    text::append_integer(out, static_cast<std::int64_t>(value));
  };
  add_text(segment.is_file ? "file" : "segment", segment.name);
  add_text("state", state_name(segment.state));
  if (!action.empty()) add_text("action", action);
  add_number("data_bytes", segment.data_bytes);
  add_number("index_bytes", segment.index_bytes);
  add_number(segment.is_file ? "spans" : "blocks", segment.blocks);
  if (!segment.problem.empty()) add_text("problem", segment.problem);
  out += "}\n";
}

void append_text_line(std::string& out, const SegmentIndex& segment, std::string_view action) {
  append_padded(out, segment.name, 37);
  out += ' ';
  append_padded(out, action.empty() ? state_name(segment.state) : action, 8);
  append_right(out, text::format_size(segment.data_bytes), 12);
  append_right(out, segment.index_bytes ? text::format_size(segment.index_bytes) : "-", 12);
  append_right(out, segment.index_bytes ? percent(segment.index_bytes, segment.data_bytes) : "-", 8);
  out += '\n';
}

void Totals::add(const SegmentIndex& segment) {
  ++segments;
  files = files || segment.is_file;
  if (segment.state != State::indexed && segment.state != State::grown && segment.state != State::renamed) return;
  ++indexed;
  data_bytes += segment.data_bytes;
  index_bytes += segment.index_bytes;
}

void append_totals(std::string& out, const Totals& totals) {
  out += text::format_count(totals.indexed) + " of " + text::format_count(totals.segments) +
         (totals.files ? " files indexed" : " segments indexed");
  if (totals.indexed > 0)
    out += ": " + text::format_size(totals.index_bytes) + " of index for " + text::format_size(totals.data_bytes) +
           (totals.files ? " of text (" : " of data (") + percent(totals.index_bytes, totals.data_bytes) + ")";
  out += '\n';
}

}  // namespace logmill::logindex
