// What the allocator does with memory that is freed.
#pragma once

#include <cstdint>

namespace logmill::sys {

// For a process that bounds its memory: call it before there are threads. From now on
// - all threads share one heap: what one has freed another can use. Batches go from thread to thread, and with a heap for each
//   thread a process was half as large again as all that it held. Threads that allocate for each record would wait for each other;
// - blocks of 4 MiB and more go back to the system when they are freed: once glibc has seen one of 16 MiB freed, it keeps what is as
//   large for later. So does the end of the heap, once as much of it is free: not before, or each block of a store would fault its
//   pages in again.
void keep_heap_small();

// Gives what is free in the midst of the heap back to the system, which takes milliseconds: for who has freed many small things, and
// is about to take few large ones, which would not fit where those were.
void give_back_free_heap();

// Of memory that the process has now, all threads, libraries and maps together; 0 if the system does not tell. Takes microseconds.
std::uint64_t resident_bytes();

}  // namespace logmill::sys
