#include "base/processor.h"

#include <gtest/gtest.h>

namespace logmill::base {
namespace {

#if defined(__x86_64__)
TEST(Processor, CanWhatItSaysItself) {
  const bool wide =
      __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
  const bool wider = wide && __builtin_cpu_supports("avx512bw");
  EXPECT_EQ(processor().wide, wide);
  EXPECT_EQ(processor().wider, wider);
  EXPECT_EQ(processor().moves_bytes,
            wider && __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("pclmul"));
}
#endif

}  // namespace
}  // namespace logmill::base
