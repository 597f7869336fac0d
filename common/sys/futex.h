// Sleeping on a word of shared memory until another process changes it.
#pragma once

#include <atomic>
#include <cstdint>

namespace logmill::sys {

// Sleeps while `word` is `expected`, at most `timeout_ms`. May return early for no reason: look
// again.
void futex_wait(const std::atomic<std::uint32_t>& word, std::uint32_t expected, int timeout_ms);
void futex_wake_all(const std::atomic<std::uint32_t>& word);

}  // namespace logmill::sys
