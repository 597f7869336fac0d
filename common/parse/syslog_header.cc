#include "parse/syslog_header.h"

#include <algorithm>

#include "record/fields.h"

namespace logmill::parse {
namespace {
constexpr std::string_view kFacilities[] = {"kern",   "user",   "mail",     "daemon", "auth",   "syslog", "lpr",    "news",
                                            "uucp",   "cron",   "authpriv", "ftp",    "ntp",    "audit",  "alert",  "clock",
                                            "local0", "local1", "local2",   "local3", "local4", "local5", "local6", "local7"};
constexpr unsigned kPriMax = 191;
// RFC 3164 allows 32; real tags are container ids and service paths.
constexpr std::size_t kTagBytesMax = 128;
}  // namespace

std::string_view facility_name(unsigned facility) { return kFacilities[facility]; }

bool take_pri(Cursor& cursor, record::RowWriter& row, const ParseContext& context) {
  const std::string_view text = cursor.rest();
  if (text.empty() || text[0] != '<') return false;
  unsigned pri = 0;
  std::size_t size = 1;
  while (size < 4 && size < text.size() && is_digit(text[size])) pri = 10 * pri + static_cast<unsigned>(text[size++] - '0');
  if (size == 1 || size == text.size() || text[size] != '>' || pri > kPriMax) return false;
  cursor.skip(size + 1);
  row.set_level(record::severity_from_syslog(pri % 8));
  context.set(row, "facility", record::Value::string(facility_name(pri / 8)));
  return true;
}

Tag read_tag(std::string_view text) {
  const std::string_view word = text.substr(0, std::min(text.find(' '), kTagBytesMax));
  if (word.empty()) return {};
  const bool colon = word.back() == ':';
  const std::string_view name = colon ? word.substr(0, word.size() - 1) : word;
  if (name.ends_with(']')) {
    const std::size_t open = name.rfind('[');
    if (open == std::string_view::npos || open == 0) return {};
    const std::string_view pid = name.substr(open + 1, name.size() - open - 2);
    if (!colon && !is_number(pid)) return {};
    return {name.substr(0, open), pid, word.size()};
  }
  // A tag may touch its message ("sshd[1]:text"), and a host may end with ':' only as IPv6 does.
  if (colon && !name.empty()) return {name, {}, word.size()};
  const std::size_t end = word.find("]:");
  if (end == std::string_view::npos) return {};
  return read_tag(word.substr(0, end + 2));
}

void set_tag(record::RowWriter& row, const Tag& tag, const ParseContext& context) {
  context.set(row, record::kService, record::Value::string(tag.program));
  if (!tag.pid.empty() && context.asks_for("pid")) row.set("pid", record::value_from_text(tag.pid));
}

}  // namespace logmill::parse
