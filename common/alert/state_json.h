// What the state file holds, as JSON objects.
#pragma once

#include <string>

#include "alert/state_file.h"

namespace logmill::alert {

std::string json_of(const std::string& rule, const SeriesState& series);
std::string json_of(const Silence& silence);
std::string json_of(const HistoryEntry& entry);

}  // namespace logmill::alert
