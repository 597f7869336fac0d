// How many files this program may have open.
#pragma once

namespace logmill::sys {

// Raises the soft limit to the hard one, and returns how many that are: a reader of a store has each segment open, a collector each
// file, and the usual soft limit of 1,024 is for programs that use select(2). What fails leaves the limit as it is.
int raise_file_limit();

}  // namespace logmill::sys
