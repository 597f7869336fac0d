// The many names that loggers give to the time, the level and the message.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "record/severity.h"
#include "record/value.h"

namespace logmill::record {

enum class Role : unsigned char { field, time, level, message };
constexpr std::size_t kRoles = 4;

// When a record has several names of one role, the one with the smallest rank has it; rank 0 is the
// data model's own.
struct KnownName {
  Role role = Role::field;
  unsigned rank = 0;
};

// Dotted for nested keys ("log.level").
KnownName known_name(std::string_view name);
// All that give it, but none of those of Role::field.
std::vector<std::string_view> names_of(Role role);

// Text in the forms that logs use, or a number since the epoch as it is written: its fraction may
// have more digits than a double holds.
std::optional<base::TimeNs> time_from_text(std::string_view text);

// A name of a level, bunyan's and pino's numbers 10 to 60, or a syslog severity 0 to 7.
std::optional<Severity> severity_from_value(const Value& value);

}  // namespace logmill::record
