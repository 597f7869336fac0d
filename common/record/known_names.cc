#include "record/known_names.h"

#include <array>

#include "record/fields.h"
#include "text/time.h"

namespace logmill::record {
namespace {

struct Name {
  std::string_view name;
  Role role;
};

// Of one role, the first has the smallest rank. From the loggers in the corpora: Zeek, bunyan,
// pino, zap, logrus, zerolog, Serilog, log4j, winston, Python, GELF, ECS, OTLP, journald, NXLog,
// MongoDB, nginx, PostgreSQL.
constexpr Name kNames[] = {
    {kTimestamp, Role::time},
    {"@timestamp", Role::time},
    {"time", Role::time},
    {"ts", Role::time},
    {"timestamp_ms", Role::time},
    {"datetime", Role::time},
    {"eventTime", Role::time},
    {"event_time", Role::time},
    {"date", Role::time},
    {"asctime", Role::time},
    {"timeMillis", Role::time},
    {"time_iso8601", Role::time},
    {"time_local", Role::time},
    {"@t", Role::time},
    {"t.$date", Role::time},
    {"timeUnixNano", Role::time},
    {"__REALTIME_TIMESTAMP", Role::time},
    {"EventTime", Role::time},
    {kLevel, Role::level},
    {"severity", Role::level},
    {"lvl", Role::level},
    {"log.level", Role::level},
    {"levelname", Role::level},
    {"level_name", Role::level},
    {"loglevel", Role::level},
    {"log_level", Role::level},
    {"error_severity", Role::level},
    {"Level", Role::level},
    {"severity_text", Role::level},
    {"severityText", Role::level},
    {"@l", Role::level},
    {"priority", Role::level},
    {"PRIORITY", Role::level},
    {"Severity", Role::level},
    {kMessage, Role::message},
    {"msg", Role::message},
    {"MESSAGE", Role::message},
    {"Message", Role::message},
};

// Most keys are none of these: their length and first letter tell without comparing.
constexpr std::size_t slot_of(std::string_view name) { return (31 * name.size() + static_cast<unsigned char>(name[0])) % 256; }
constexpr auto kTaken = [] {
  std::array<bool, 256> taken{};
  for (const Name& known : kNames) taken[slot_of(known.name)] = true;
  return taken;
}();

}  // namespace

KnownName known_name(std::string_view name) {
  if (name.empty() || !kTaken[slot_of(name)]) return {};
  unsigned rank = 0;
  Role role = Role::field;
  for (const Name& known : kNames) {
    rank = known.role == role ? rank + 1 : 0;
    role = known.role;
    if (known.name == name) return {role, rank};
  }
  return {};
}

std::vector<std::string_view> names_of(Role role) {
  std::vector<std::string_view> names;
  for (const Name& known : kNames)
    if (known.role == role) names.push_back(known.name);
  return names;
}

std::optional<base::TimeNs> time_from_text(std::string_view text) {
  if (text.empty() || text[0] < '0' || text[0] > '9') return std::nullopt;
  if (const auto time = text::parse_rfc3339(text)) return time;
  if (const auto time = text::parse_epoch(text)) return time;
  return text::parse_clf(text);
}

std::optional<Severity> severity_from_value(const Value& value) {
  if (value.kind() == Kind::string) {
    const std::string_view text = value.text();
    if (text.size() == 1 && text[0] >= '0' && text[0] <= '7') return severity_from_syslog(static_cast<unsigned>(text[0] - '0'));
    return severity_from_text(text);
  }
  if (value.kind() != Kind::integer || value.integer() < 0 || value.integer() > 60) return std::nullopt;
  if (value.integer() <= 7) return severity_from_syslog(static_cast<unsigned>(value.integer()));
  const char digits[] = {static_cast<char>('0' + value.integer() / 10), static_cast<char>('0' + value.integer() % 10)};
  return severity_from_text({digits, 2});
}

}  // namespace logmill::record
