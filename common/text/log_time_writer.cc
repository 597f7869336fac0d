#include "text/log_time_writer.h"

#include <cstdlib>
#include <cstring>

#include "text/civil_text.h"
#include "text/digits.h"
#include "text/time.h"

namespace logmill::text {

namespace {

void write_clock(char* to, const CivilTime& civil) {
  write_two_digits(to, civil.hour);
  write_two_digits(to + 3, civil.minute);
  write_two_digits(to + 6, civil.second);
}

}  // namespace

void append_clf(std::string& out, base::TimeNs time, std::int64_t offset_seconds) {
  const CivilTime civil = civil_from_ns(time + offset_seconds * base::kNsPerSecond);
  char text[] = "00/Jan/0000:00:00:00 +0000";
  write_two_digits(text, civil.day);
  std::memcpy(text + 3, month_name(civil.month).data(), 3);
  write_two_digits(text + 7, static_cast<unsigned>(civil.year) / 100);
  write_two_digits(text + 9, static_cast<unsigned>(civil.year) % 100);
  write_clock(text + 12, civil);
  if (offset_seconds < 0) text[21] = '-';
  const auto minutes = static_cast<unsigned>(std::abs(offset_seconds) / 60);
  write_two_digits(text + 22, minutes / 60);
  write_two_digits(text + 24, minutes % 60);
  out.append(text, sizeof text - 1);
}

void append_bsd(std::string& out, base::TimeNs time) {
  const CivilTime civil = civil_from_ns(time);
  char text[] = "Jan 00 00:00:00";
  std::memcpy(text, month_name(civil.month).data(), 3);
  write_two_digits(text + 4, civil.day);
  if (civil.day < 10) text[4] = ' ';
  write_clock(text + 7, civil);
  out.append(text, sizeof text - 1);
}

}  // namespace logmill::text
