// What the processor can do beyond what every one of its kind can, for code that is compiled several ways.
#pragma once

namespace logmill::base {

struct Processor {
  bool wide = false;   // compares 32 bytes at once, and counts and takes bits: AVX2, BMI1, BMI2, POPCNT
  bool wider = false;  // and 64 at once: AVX-512BW
  bool moves_bytes =
      false;  // and any of them to any place, marked ones together, and multiplies without carry: AVX-512VBMI, VBMI2, PCLMULQDQ
};

// Of the one that this runs on. The C library knows since the program was started. The compiler's own question,
// __builtin_cpu_supports, asks the processor again, and where that is a virtual one each answer takes microseconds.
const Processor& processor();

}  // namespace logmill::base
