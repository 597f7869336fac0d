// The part of completion scripts that asks the program itself what a query may go on as, with its option --complete: only it knows the
// fields and values of the store at hand. The query is the first word that is no option; options that take fields complete them.
//
// The functions cope with the shell's quoting, which a query is always within. They are _PROGRAM_query STAGE (__PROGRAM_query in fish),
// which fails where nothing is known; with a STAGE, like "| fields ", it completes the arguments of that.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/option_dump.h"

namespace logmill::cli {

// Whether a program with these options can be asked.
bool completes_queries(const std::vector<OptionInfo>& options);
bool takes_fields(const OptionInfo& option);

std::string bash_query_functions(std::string_view program, const std::vector<OptionInfo>& options);
std::string zsh_query_functions(std::string_view program, const std::vector<OptionInfo>& options);
std::string fish_query_functions(std::string_view program, const std::vector<OptionInfo>& options);

}  // namespace logmill::cli
