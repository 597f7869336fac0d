#include "loggen/second_text.h"

#include "text/json_writer.h"
#include "text/log_time_writer.h"

namespace logmill::loggen {

void append_iso_second(std::string& out, base::TimeNs second) {
  text::append_time_utc(out, second);
  out.pop_back();  // the Z comes after the fraction
}

void append_java_second(std::string& out, base::TimeNs second) {
  append_iso_second(out, second);
  out[out.find('T')] = ' ';
}

void append_clf_second(std::string& out, base::TimeNs second) { text::append_clf(out, second); }

void append_bsd_second(std::string& out, base::TimeNs second) { text::append_bsd(out, second); }

}  // namespace logmill::loggen
