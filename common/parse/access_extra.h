// What people append to the combined log format.
#pragma once

#include <string_view>

#include "parse/cursor.h"
#include "record/row_writer.h"

namespace logmill::parse {

// Access logs write "-" for what is not there.
void set_text_unless_dash(record::RowWriter& row, std::string_view name, std::string_view text);

// Known layouts become fields: a lone decimal (request_time), a lone quoted list
// ($http_x_forwarded_for), name=value pairs, those of the Kubernetes ingress and of Traefik. The
// rest is kept as `extra`.
void set_access_extra(record::RowWriter& row, std::string_view extra, const ParseContext& context);

}  // namespace logmill::parse
