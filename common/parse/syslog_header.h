// What the syslog formats share: "<34>" and the names of its numbers, and the program that stands
// before the message.
#pragma once

#include <string_view>

#include "parse/cursor.h"
#include "parse/parser.h"
#include "record/row_writer.h"

namespace logmill::parse {

// Takes "<0>" to "<191>" off the front and sets `level` and `facility`; false (nothing taken) if it
// is not there.
bool take_pri(Cursor& cursor, record::RowWriter& row, const ParseContext& context);

// Facilities 0 to 23 as syslog(3) and RFC 5424 name them: "kern", "auth", "local0".
std::string_view facility_name(unsigned facility);

// "sshd[123]:", "rsyslogd:", "postfix/smtpd[9]:", "su(pam_unix)[7]:"; also "sshd[123]" that a space
// follows. `size` counts all of it.
struct Tag {
  std::string_view program;
  std::string_view pid;
  std::size_t size = 0;

  bool found() const { return size > 0; }
};

Tag read_tag(std::string_view text);
void set_tag(record::RowWriter& row, const Tag& tag, const ParseContext& context);

}  // namespace logmill::parse
