// "<ip> - <_> [<time>]": what LogQL's stage `pattern`, and line filters by pattern, look for.
// grafana/loki, docs/sources/query/log_queries/_index.md, "Pattern" and "Pattern match filter operators".
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace logmill::logserve {

// As a regular expression with a group for each name: each part takes as little as possible, from the front of the line on, and what comes
// behind the first text that is missing is not there. Fails with invalid, saying what is wrong.
base::Result<std::string> regex_of_pattern(std::string_view pattern);
// As one that matches whole lines; only <_> may stand in it.
base::Result<std::string> regex_of_line_pattern(std::string_view pattern);

// As RE2::QuoteMeta does.
std::string quoted_regex(std::string_view text);

}  // namespace logmill::logserve
