#include "logship/syslog_line.h"

#include <algorithm>

#include "record/fields.h"
#include "record/json_object.h"
#include "text/json_writer.h"

namespace logmill::logship {
namespace {

constexpr unsigned kFacilityUser = 1;
// RFC 5424, section 6.
constexpr std::size_t kHostBytesMax = 255, kAppBytesMax = 48, kProcessBytesMax = 128, kNameBytesMax = 32;
// An enterprise number is owed to vendors; this one is set aside for examples (RFC 5612).
constexpr std::string_view kDataId = "fields@32473";

unsigned syslog_severity(record::Severity level) {
  switch (level) {
    case record::Severity::fatal: return 2;
    case record::Severity::error: return 3;
    case record::Severity::warn: return 4;
    case record::Severity::info:
    case record::Severity::none: return 6;
    default: return 7;
  }
}

// Printable ASCII without spaces; "-" when there is nothing.
void append_header_field(std::string& out, const record::Value& value, std::size_t bytes_max) {
  std::string text;
  record::append_plain(text, value);
  text.resize(std::min(text.size(), bytes_max));
  for (char& c : text)
    if (c <= ' ' || c > '~') c = '_';
  out += text.empty() ? "-" : text;
}

// At most six digits of fraction, which is what receivers must take.
void append_time(std::string& out, base::TimeNs time) { text::append_time_utc(out, time - time % base::kNsPerUs); }

void append_name(std::string& out, std::string_view name) {
  for (const char c : name.substr(0, kNameBytesMax)) {
    const bool allowed = c > ' ' && c <= '~' && c != '=' && c != ']' && c != '"';
    out += allowed ? c : '_';
  }
}

void append_quoted(std::string& out, const record::Value& value) {
  std::string text;
  record::append_plain(text, value);
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\' || c == ']') out += '\\';
    out += c;
  }
  out += '"';
}

bool in_header(std::string_view name) {
  return name == record::kHost || name == record::kService || name == record::kMessage || name == record::kRaw || name == "pid";
}

void append_structured_data(std::string& out, const record::Batch& batch, std::size_t row) {
  const std::size_t start = out.size();
  for (const record::Column& column : batch.columns()) {
    const record::Value value = column.at(row);
    if (!value.present() || in_header(column.name)) continue;
    if (out.size() == start) out.append("[").append(kDataId);
    out += ' ';
    append_name(out, column.name);
    out += '=';
    append_quoted(out, value);
  }
  out += out.size() == start ? '-' : ']';
}

}  // namespace

void append_syslog(const record::Batch& batch, std::size_t row, base::TimeNs now, std::string& out) {
  const base::TimeNs time = batch.times()[row] == record::kNoTime ? now : batch.times()[row];
  out += '<';
  text::append_integer(out, kFacilityUser * 8 + syslog_severity(batch.levels()[row]));
  out += ">1 ";
  append_time(out, time);
  out += ' ';
  append_header_field(out, batch.get(record::kHost, row), kHostBytesMax);
  out += ' ';
  append_header_field(out, batch.get(record::kService, row), kAppBytesMax);
  out += ' ';
  append_header_field(out, batch.get("pid", row), kProcessBytesMax);
  out += " - ";
  append_structured_data(out, batch, row);
  record::Value message = batch.get(record::kMessage, row);
  if (!message.present()) message = batch.get(record::kRaw, row);
  if (!message.present()) return;
  out += ' ';
  record::append_plain(out, message);
}

}  // namespace logmill::logship
