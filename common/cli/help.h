// The text of -h (a screen: first sentences) and --help (everything).
#pragma once

#include <string>

#include "cli/option_dump.h"
#include "cli/run_main.h"

namespace logmill::cli {

enum class HelpLength { brief, full };

std::string format_help(const ToolSpec& spec, const std::vector<OptionInfo>& options, HelpLength length);

}  // namespace logmill::cli
