// What the options of a run come to, once the clock has been asked.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "generate/generator.h"
#include "loggen/format.h"
#include "loggen/loggen.h"
#include "loggen/pump.h"
#include "record/range.h"

namespace logmill::loggen {

// Where a seed alone puts the first record, so that it gives the same bytes at any time:
// 2026-01-01T00:00:00Z.
constexpr base::TimeNs kSeededStart = 1'767'225'600 * base::kNsPerSecond;
constexpr std::int64_t kTimeStepDefaultNs = base::kNsPerMs;

struct Plan {
  const FormatSpec* format;
  generate::GeneratorOptions generator;
  double due_scale = 1;
  PumpOptions pump;
};

// `random` is the seed if the user gave none. Fails with invalid for a start that is no time.
base::Result<Plan> make_plan(const Loggen::Options& options, base::TimeNs now, std::uint64_t random);

// Names the run: the same for all runs that make the same records, however many of them.
record::StreamId name_stream(const Loggen::Options& options, const generate::GeneratorOptions& generator);

}  // namespace logmill::loggen
