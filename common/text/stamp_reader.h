// Times of the forms that nearly all records have, at a fraction of the cost of a parser of all
// forms.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"

namespace logmill::text {

class StampReader {
 public:
  // "2026-11-21T10:15:00Z", with '.' and 1 to 9 digits before the Z or without: as parse_rfc3339.
  // nullopt for anything else, be it a time or not. The date that was read last is not worked out
  // again.
  std::optional<base::TimeNs> read(std::string_view text);
  // As parse_rfc3339_prefix, of all its forms; the second that was read last is not worked out again.
  std::optional<base::TimeNs> read_prefix(std::string_view text, std::string_view& rest);

 private:
  bool learn_date(std::string_view text, base::TimeNs in_day);

  char date_[10] = {};  // "2026-11-21", once one was read
  base::TimeNs midnight_ = 0;
  char second_[20] = "1970-01-01 00:00:00";  // that was read last, in UTC or without a zone
  base::TimeNs second_time_ = 0;
};

// "Nov 21 10:15:00 " in front of `text`: as parse_bsd_prefix, without working it out again where the line before had the same.
class BsdStampReader {
 public:
  std::optional<base::TimeNs> read(std::string_view text, base::TimeNs reference, std::string_view& rest);

 private:
  char stamp_[16] = {};  // with the blank behind it, once one was read
  base::TimeNs reference_ = 0, time_ = 0;
};

// "21/Nov/2026:10:15:00 +0000": as parse_clf, without working it out again where the line before had the same.
class ClfStampReader {
 public:
  std::optional<base::TimeNs> read(std::string_view text);

 private:
  char stamp_[27] = "01/Jan/1970:00:00:00 +0000";  // that was read last
  base::TimeNs time_ = 0;
};

}  // namespace logmill::text
