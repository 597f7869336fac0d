#include "generate/arrivals.h"

#include <array>
#include <cassert>

namespace logmill::generate {

namespace {

__extension__ using Wide = unsigned __int128;

constexpr unsigned kFractionBits = 16;
constexpr unsigned kQuantileBits = 12;

// -ln(x) for 0 < x <= 1. Only additions, multiplications and divisions, evaluated by the compiler,
// so that no machine's mathematical library has a say in the result.
constexpr double negative_log(double x) {
  double result = 0;
  while (x < 0.5) {
    x *= 2;
    result += 0.69314718055994530942;
  }
  // ln(x) = 2 artanh((x - 1) / (x + 1))
  const double y = (x - 1) / (x + 1);
  double power = y, sum = 0;
  for (int n = 1; n < 40; n += 2) {
    sum += power / n;
    power *= y * y;
  }
  return result - 2 * sum;
}

// Quantiles of the exponential distribution with mean 1, in units of 2^-16.
constexpr auto make_exponential() {
  std::array<std::uint32_t, 1 << kQuantileBits> table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    const double p = (static_cast<double>(i) + 0.5) / static_cast<double>(table.size());
    table[i] = static_cast<std::uint32_t>(negative_log(p) * (1 << kFractionBits) + 0.5);
  }
  return table;
}
constexpr auto kExponential = make_exponential();

std::uint64_t exponential(std::uint64_t mean, std::uint64_t word) {
  const std::uint32_t quantile = kExponential[word >> (64 - kQuantileBits)];
  return static_cast<std::uint64_t>((Wide{mean} * quantile) >> kFractionBits);
}

// Log time between bursts, and how long one lasts, on average.
constexpr std::int64_t kBurstPauseNs = 60 * base::kNsPerSecond;
constexpr std::int64_t kBurstLengthNs = 4 * base::kNsPerSecond;

}  // namespace

Arrivals::Arrivals(const ArrivalOptions& options)
    : kind_(options.kind),
      step_(static_cast<Fixed>(options.step_ns * (1 << kFractionBits))),
      burst_step_(options.burst_factor > 0 ? step_ / options.burst_factor : step_),
      bursts_(options.burst_factor > 0) {
  assert(options.step_ns > 0 && options.step_ns <= kStepMaxNs);
}

void Arrivals::add(Fixed distance) {
  const Fixed sum = distance + due_fraction_;
  due_ns_ += static_cast<std::int64_t>(sum >> kFractionBits);
  due_fraction_ = sum & ((1 << kFractionBits) - 1);
}

void Arrivals::plan_burst(Random& random) {
  burst_start_ns_ = due_ns_ + static_cast<std::int64_t>(exponential(kBurstPauseNs, random.next()));
  burst_end_ns_ = burst_start_ns_ + static_cast<std::int64_t>(exponential(kBurstLengthNs, random.next()));
}

void Arrivals::advance(Random& random) {
  if (!started_) {
    started_ = true;
    if (bursts_) plan_burst(random);
    return;
  }
  if (bursts_ && due_ns_ >= burst_end_ns_) plan_burst(random);
  const bool dense = bursts_ && due_ns_ >= burst_start_ns_;
  const Fixed step = dense ? burst_step_ : step_;
  const std::uint64_t word = random.next();
  if (kind_ == ArrivalKind::poisson) {
    add(exponential(step, word));
    time_ns_ = due_ns_;
    return;
  }
  add(step);
  const auto early = static_cast<std::uint64_t>((Wide{step} * high_bits(word)) >> 32);
  time_ns_ = due_ns_ - static_cast<std::int64_t>(early >> kFractionBits);
}

}  // namespace logmill::generate
