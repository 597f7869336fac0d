#include "base/processor.h"

// clang 14 cannot read the header: it has a word of C in it.
#if defined(__x86_64__) && !defined(__clang__) && __has_include(<sys/platform/x86.h>)
#include <sys/platform/x86.h>
#define LOGMILL_PROCESSOR_HAS(ours, theirs) CPU_FEATURE_ACTIVE(ours)
#elif defined(__x86_64__)
#define LOGMILL_PROCESSOR_HAS(ours, theirs) (__builtin_cpu_supports(theirs) != 0)
#else
#define LOGMILL_PROCESSOR_HAS(ours, theirs) false
#endif

namespace logmill::base {
namespace {

Processor find_out() {
  Processor found;
  found.wide = LOGMILL_PROCESSOR_HAS(AVX2, "avx2") && LOGMILL_PROCESSOR_HAS(BMI1, "bmi") && LOGMILL_PROCESSOR_HAS(BMI2, "bmi2") &&
               LOGMILL_PROCESSOR_HAS(POPCNT, "popcnt");
  found.wider = found.wide && LOGMILL_PROCESSOR_HAS(AVX512BW, "avx512bw");
  found.moves_bytes = found.wider && LOGMILL_PROCESSOR_HAS(AVX512_VBMI, "avx512vbmi") &&
                      LOGMILL_PROCESSOR_HAS(AVX512_VBMI2, "avx512vbmi2") && LOGMILL_PROCESSOR_HAS(PCLMULQDQ, "pclmul");
  return found;
}

}  // namespace

const Processor& processor() {
  static const Processor found = find_out();
  return found;
}

}  // namespace logmill::base
