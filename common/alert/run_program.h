// A program that takes one delivery on its standard input.
#pragma once

#include <string_view>

#include "alert/action.h"

namespace logmill::alert {

// Fails with `again` if it ends with another status than 0, or not within the action's timeout.
base::Status run_program(const std::vector<std::string>& words, std::string_view input, const Action& action, const Outgoing& outgoing,
                         const ActionIo& io);

}  // namespace logmill::alert
