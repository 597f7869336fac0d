#include "parse/syslog_header.h"

namespace logmill::parse {
namespace {
constexpr std::string_view kFacilities[] = {
    "kern",   "user",   "mail",     "daemon", "auth",   "syslog", "lpr",    "news",
    "uucp",   "cron",   "authpriv", "ftp",    "ntp",    "audit",  "alert",  "clock",
    "local0", "local1", "local2",   "local3", "local4", "local5", "local6", "local7"};
constexpr unsigned kPriMax = 191;
}  // namespace

std::string_view facility_name(unsigned facility) { return kFacilities[facility]; }

bool take_pri(Cursor& cursor, record::RowWriter& row) {
  const std::string_view text = cursor.rest();
  if (text.empty() || text[0] != '<') return false;
  unsigned pri = 0;
  std::size_t size = 1;
  while (size < 4 && size < text.size() && is_digit(text[size]))
    pri = 10 * pri + static_cast<unsigned>(text[size++] - '0');
  if (size == 1 || size == text.size() || text[size] != '>' || pri > kPriMax) return false;
  cursor.skip(size + 1);
  row.set_level(record::severity_from_syslog(pri % 8));
  row.set("facility", record::Value::string(facility_name(pri / 8)));
  return true;
}

}  // namespace logmill::parse
