// The shape of a message: what varies from one to the next is replaced by <*>.
#pragma once

#include <string>
#include <string_view>

namespace logmill::query {

// "user 42 took 1.5ms at /a/b9" becomes "user <*> took <*> at /a/<*>": a run of letters, digits and
// what joins them
// (. - _ :) that holds a digit is taken for a variable, and so is what stands in quotes. Appends to
// `out`.
void append_pattern(std::string& out, std::string_view message);

}  // namespace logmill::query
