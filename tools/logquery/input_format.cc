#include "logquery/input_format.h"

namespace logmill::logquery {

base::Result<InputFormat> InputFormat::from_name(std::string_view name) {
  InputFormat format;
  if (name.empty()) return format;
  if (const auto stream = codec::format_from_name(name)) {
    format.stream = *stream;
    format.parse_lines = *stream != codec::Format::raw;
    return format;
  }
  format.stream = codec::Format::raw;
  LOGMILL_ASSIGN_OR_RETURN(format.lines, parse::FormatChoice::from_name(name));
  return format;
}

}  // namespace logmill::logquery
