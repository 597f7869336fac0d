// "{{.method}} took {{.ms | default `?`}}": templates of line_format and label_format (Go's text/template), as an expression of ours.
// grafana/loki, docs/sources/query/template_functions.md. Places for labels and for the line, with upper, lower, trim, trunc, substr,
// replace and default; no other functions, conditions or loops.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace logmill::logserve {

// concat("…", coalesce(field("ms"), "?")). Fails with invalid, saying what is not understood.
base::Result<std::string> expression_of_template(std::string_view text, const std::function<std::string(std::string_view label)>& field_of);

}  // namespace logmill::logserve
