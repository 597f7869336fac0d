// How many files this program may have open.
#pragma once

namespace logmill::sys {

// Raises the soft limit to the hard one: a reader of a store has each segment open, and the usual
// soft limit of 1,024 is for programs that use select(2). What fails leaves the limit as it is.
void raise_file_limit();

}  // namespace logmill::sys
