// logfmt: the key=value pairs in the message.
#include "query/stages/parse_node.h"

namespace logmill::query {

extern constexpr StageSpec kLogfmtText{.name = "logfmt",
                                       .usage = "logfmt [keep] [from FIELD]",
                                       .summary = "the key=value pairs of a message that is made of them, or of another field",
                                       .sample = "* | logfmt from raw | avg(took) by path",
                                       .parse = [](Lexer& lexer, const Context&) { return take_parse_stage(lexer, "logfmt"); }};

}  // namespace logmill::query
