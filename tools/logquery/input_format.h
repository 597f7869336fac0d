// --input: a format of streams, or of the lines in them.
#pragma once

#include <string_view>

#include "base/result.h"
#include "codec/format.h"
#include "parse/line_parser.h"

namespace logmill::logquery {

struct InputFormat {
  codec::Format stream = codec::Format::automatic;
  parse::FormatChoice lines;
  bool parse_lines = true;

  // "" and "auto": all is found out. "raw": lines stay as they are. A name of logparse: lines of
  // that format.
  static base::Result<InputFormat> from_name(std::string_view name);
};

}  // namespace logmill::logquery
