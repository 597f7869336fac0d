// The stages that read a text as the fields of a record: json, logfmt.
#pragma once

#include <memory>
#include <string_view>

#include "query/pipeline/stage.h"

namespace logmill::query {

// `format` is one of parse/parser.h; it is the name of the stage too. Parses "[keep] [from FIELD]".
base::Result<std::unique_ptr<StageNode>> take_parse_stage(Lexer& lexer, std::string_view format);

}  // namespace logmill::query
