// json: the fields of a JSON object in the message.
#include "query/stages/parse_node.h"

namespace logmill::query {

extern constexpr StageSpec kJsonText{.name = "json",
                                     .usage = "json [keep] [from FIELD]",
                                     .summary = "the fields of a JSON object in the message, or in another field",
                                     .sample = "* | json | count by user.name",
                                     .parse = [](Lexer& lexer, const Context&) { return take_parse_stage(lexer, "json"); }};

}  // namespace logmill::query
