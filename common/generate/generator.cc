#include "generate/generator.h"

#include <algorithm>

namespace logmill::generate {

namespace {

using record::Severity;

// A burst is an outage: what is wrong comes so many times as often.
LevelMix outage(LevelMix mix) {
  for (const Severity level : {Severity::warn, Severity::error, Severity::fatal}) mix[static_cast<std::size_t>(level)] *= 10;
  return mix;
}

// Sixteen equally likely answers for each level.
constexpr std::uint16_t kGood[16] = {200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 201, 201, 204, 204, 304, 302};
constexpr std::uint16_t kRefused[16] = {404, 404, 404, 404, 404, 404, 400, 400, 401, 401, 401, 403, 403, 429, 429, 409};
constexpr std::uint16_t kFailed[16] = {500, 500, 500, 500, 500, 500, 502, 502, 502, 503, 503, 503, 503, 504, 504, 504};

std::uint32_t status_of(Severity level, std::uint32_t index) {
  if (level >= Severity::error) return kFailed[index];
  return level == Severity::warn ? kRefused[index] : kGood[index];
}

// The number of ones among 64 fair bits is binomial, near enough to a normal distribution (standard
// deviation 4); so this table, indexed by it, gives a lognormal one: median 12 ms, sigma 1.14.
constexpr unsigned kDurationFractionBits = 8;
constexpr double kDurationStep = 1.33;
constexpr auto make_durations() {
  std::array<std::uint64_t, 65> table{};
  double value = 1'200;
  for (int i = 0; i < 32; ++i) value /= kDurationStep;
  for (std::uint64_t& entry : table) {
    entry = static_cast<std::uint64_t>(value * (1 << kDurationFractionBits));
    value *= kDurationStep;
  }
  return table;
}
constexpr auto kDurations = make_durations();

// Hundredths of a millisecond. `spread`, 16 bits, fills the gaps between the entries of the table.
std::uint32_t duration_of(std::uint64_t word, std::uint32_t spread) {
  constexpr std::uint64_t kLeast = 56'800,
                          kRange = 18'700;  // 1/sqrt(1.33) to sqrt(1.33), of 65,536
  const std::uint64_t factor = kLeast + ((kRange * spread) >> 16);
  const std::uint64_t value = kDurations[static_cast<std::size_t>(std::popcount(word))];
  return static_cast<std::uint32_t>((value * factor) >> (16 + kDurationFractionBits));
}

// Requests that went wrong took longer.
std::uint32_t slowness(Severity level) { return level >= Severity::warn ? 8 : 1; }

// An index below `count` from 32 random bits, low ones more likely: the product of two uniform
// numbers.
std::uint32_t skewed_below(std::uint32_t bits, std::size_t count) {
  const std::uint32_t product = (bits >> 16) * (bits & 0xffff);
  return scale_below(product, static_cast<std::uint32_t>(count));
}

}  // namespace

Generator::Generator(const World& world, const GeneratorOptions& options)
    : world_(world),
      random_(options.seed),
      arrivals_(options.arrivals),
      levels_(options.levels),
      burst_levels_(outage(options.levels)),
      services_(zipf_weights(world.services().size())),
      routes_(zipf_weights(routes().size())),
      agents_(zipf_weights(agent_words().size())),
      referrers_(zipf_weights(referrer_words().size())),
      start_(options.start),
      trace_length_(options.trace_length) {
  event_.sequence = ~std::uint64_t{0};
}

void Generator::begin(Trace& trace) {
  const std::uint64_t word = random_.next();
  if (trace_length_ > 0) {
    trace.high = random_.next();
    trace.low = random_.next();
  }
  const std::uint32_t mean = std::max(trace_length_, 1u);
  trace.left = 1 + scale_below(low_bits(word), 2 * mean - 1);
  trace.user_id = 1'000 + skewed_below(high_bits(word), 50'000);
  // One address a user, of those set aside for private networks.
  trace.client_ip = 0x0a000000 | (trace.user_id * 2'654'435'761u >> 12);
  trace.route = routes_.pick(random_.next());
  trace.item = 1 + skewed_below(high_bits(random_.next()), 2'000);
  trace.agent = agents_.pick(random_.next());
  trace.referrer = referrers_.pick(random_.next());
}

void Generator::join_trace(Trace& trace) {
  if (trace.left == 0) begin(trace);
  --trace.left;
  event_.trace_high = trace.high;
  event_.trace_low = trace.low;
  event_.user_id = trace.user_id;
  event_.client_ip = trace.client_ip;
  event_.route = trace.route;
  event_.item = trace.item;
  event_.agent = trace.agent;
  event_.referrer = trace.referrer;
}

void Generator::choose_place(std::uint64_t word) {
  const auto services = static_cast<std::uint32_t>(world_.services().size());
  const auto hosts = static_cast<std::uint32_t>(world_.hosts().size());
  event_.service = services_.pick(random_.next());
  // A host runs one service, as far as there are enough of them.
  const std::uint32_t first = event_.service % hosts;
  const std::uint32_t mine = (hosts - first - 1) / services + 1;
  event_.host = first + services * scale_below(high_bits(word), mine);
  event_.request = serves_requests(world_.role(event_.service));
}

void Generator::choose_outcome(std::uint64_t word) {
  const auto& messages = world_.messages(world_.role(event_.service), event_.level);
  event_.message = messages[skewed_below(high_bits(word), messages.size())];
  event_.noise = random_.next();
  event_.status = status_of(event_.level, word & 15);
  const auto spread = static_cast<std::uint32_t>((word >> 4) & 0xffff);
  event_.duration_hundredths_ms = slowness(event_.level) * duration_of(random_.next(), spread);
  event_.bytes = event_.status == 204 || event_.status == 304 ? 0 : 120 + (high_bits(event_.noise) >> (10 + (event_.noise & 15)));
}

const Event& Generator::next() {
  arrivals_.advance(random_);
  ++event_.sequence;
  event_.due_ns = arrivals_.due_ns();
  const base::TimeNs time = start_ + arrivals_.time_ns();
  event_.time = time - time % base::kNsPerUs;
  event_.level = static_cast<Severity>((arrivals_.in_burst() ? burst_levels_ : levels_).pick(random_.next()));
  const std::uint64_t word = random_.next();
  join_trace(traces_[word % kTracesActive]);
  choose_place(word);
  choose_outcome(random_.next());
  return event_;
}

}  // namespace logmill::generate
