// "Did you mean": the candidate nearest to a mistyped word.
#pragma once

#include <string_view>
#include <vector>

namespace logmill::text {

// Damerau-Levenshtein (optimal string alignment) distance, letter case ignored. Empty if no
// candidate is near enough: one edit up to 4 letters, two up to 8, then three.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace logmill::text
