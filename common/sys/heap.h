// What the allocator does with memory that is freed.
#pragma once

namespace logmill::sys {

// From now on blocks of 4 MiB and more go back to the system when they are freed: once glibc has
// seen one of 16 MiB freed, it keeps what is as large for later, and a process stays as large as
// the sum of what its threads ever needed.
void return_large_blocks();

}  // namespace logmill::sys
