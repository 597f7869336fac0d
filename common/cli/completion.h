// Completion scripts for bash, zsh and fish, made from the options themselves.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/option_dump.h"

namespace logmill::cli {

std::string bash_completion(std::string_view program, const std::vector<OptionInfo>& options);
std::string zsh_completion(std::string_view program, const std::vector<OptionInfo>& options);
std::string fish_completion(std::string_view program, const std::vector<OptionInfo>& options);

}  // namespace logmill::cli
