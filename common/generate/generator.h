// Invents events: the same sequence for the same options, on every machine.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/clock.h"
#include "generate/arrivals.h"
#include "generate/choice.h"
#include "generate/event.h"
#include "generate/random.h"
#include "generate/world.h"
#include "record/severity.h"

namespace logmill::generate {

// Weights by severity; that of `none` is 0.
using LevelMix = std::array<std::uint64_t, record::kSeverities>;
inline constexpr LevelMix kDefaultLevelMix = {0, 0, 10, 80, 7, 3, 0};

struct GeneratorOptions {
  std::uint64_t seed = 0;
  base::TimeNs start = 0;
  ArrivalOptions arrivals{};
  LevelMix levels = kDefaultLevelMix;
  // Records that share a trace id, on average; 0: none has a trace id.
  std::uint32_t trace_length = 6;
};

class Generator {
 public:
  // `world` must outlive the generator.
  Generator(const World& world, const GeneratorOptions& options);

  // The next event; refers to the world only.
  const Event& next();

 private:
  // Requests in flight: their records come mixed with each other's.
  static constexpr std::size_t kTracesActive = 64;
  struct Trace {
    std::uint64_t high = 0, low = 0;
    std::uint32_t left = 0;  // records still to come
    std::uint32_t user_id = 0, client_ip = 0, route = 0, item = 0, agent = 0, referrer = 0;
  };

  void begin(Trace& trace);
  void join_trace(Trace& trace);
  void choose_place(std::uint64_t word);
  void choose_outcome(std::uint64_t word);

  const World& world_;
  Random random_;
  Arrivals arrivals_;
  Choice levels_, burst_levels_, services_, routes_, agents_, referrers_;
  base::TimeNs start_;
  std::uint32_t trace_length_;
  std::array<Trace, kTracesActive> traces_;
  Event event_;
};

}  // namespace logmill::generate
