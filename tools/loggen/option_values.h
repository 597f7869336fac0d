// The values of loggen's own options, from what people type.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "generate/generator.h"

namespace logmill::loggen {

// "debug=10,info=80,warn=7,error=3": weights, in any unit; levels that are not named do not occur.
base::Result<generate::LevelMix> parse_level_mix(std::string_view text);

// "12" (so many names, as `invent` gives them) or "auth,api,web".
base::Result<std::vector<std::string>> parse_names(std::string_view text,
                                                   const std::function<std::vector<std::string>(std::size_t)>& invent);

}  // namespace logmill::loggen
