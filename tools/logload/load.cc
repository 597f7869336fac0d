#include "logload/load.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/hash.h"
#include "generate/generator.h"
#include "logload/numbered_records.h"

namespace logmill::logload {

namespace {

// Records in a batch at most: a frame of about a megabyte.
constexpr std::size_t kRowsMax = 4'096;
// While answers are awaited, how often to look for them: this much of a latency is our own.
constexpr std::int64_t kLookNs = 200 * base::kNsPerUs;

// A batch on its way.
struct Parcel {
  std::vector<std::int64_t> due_ns;  // planned times, since the start
  std::int64_t sent_ns;
};

class Load {
 public:
  Load(std::vector<std::unique_ptr<Lane>>& lanes, const LoadOptions& options, const LoadWorld& world)
      : options_(options),
        world_(world),
        names_(generate::service_names(12), generate::host_names(72)),
        generator_(names_, {.seed = options.seed,
                            .start = world.clock.now(),
                            .arrivals = {.kind = generate::ArrivalKind::steady, .step_ns = 1e9 / options.rate}}),
        records_(names_, options.run),
        start_ns_(world.clock.steady_ns()),
        end_ns_(options.warmup_ns + options.duration_ns) {
    for (std::size_t i = 0; i < lanes.size(); ++i) lanes_.push_back({lanes[i].get(), stream_of(i), {}, 0, 0});
    event_ = &generator_.next();
  }

  LoadOutcome run() {
    base::Status status = send_all();
    if (status) status = drain();
    if (!status) result_.trouble = status.error().what;
    LoadOutcome outcome;
    result_.elapsed_ns = std::max<std::int64_t>(last_answer_ns_ - options_.warmup_ns, 0);
    outcome.result = std::move(result_);
    for (const LaneState& lane : lanes_) outcome.lanes.push_back({lane.sent});
    return outcome;
  }

 private:
  struct LaneState {
    Lane* lane;
    record::StreamId stream;
    std::deque<Parcel> parcels;  // not acknowledged, oldest first
    std::uint64_t sent;          // records
    std::uint64_t answered;      // parcels
  };

  record::StreamId stream_of(std::size_t lane) const {
    std::string text = options_.run;
    base::append_le(text, static_cast<std::uint64_t>(lane));
    return base::xxh3_128(text);
  }

  std::int64_t now() const { return world_.clock.steady_ns() - start_ns_; }

  base::Status send_all() {
    while (event_->due_ns < end_ns_ && !world_.stopped()) {
      const std::int64_t time = now();
      if (event_->due_ns <= time) LOGMILL_RETURN_IF_ERROR(send_due(time));
      LOGMILL_RETURN_IF_ERROR(look_for_answers());
      world_.pause(idle_ns());
    }
    return {};
  }

  // Nothing while something is due and there is room for it.
  std::int64_t idle_ns() const {
    const std::int64_t to_next = event_->due_ns - now();
    if (to_next <= 0) return free_lane() ? 0 : kLookNs;
    // Records that come due within the same millisecond go out together.
    const std::int64_t wait = std::max(to_next, base::kNsPerMs - now() % base::kNsPerMs);
    return awaiting() ? std::min(wait, kLookNs) : wait;
  }

  bool awaiting() const {
    return std::any_of(lanes_.begin(), lanes_.end(), [](const LaneState& lane) { return !lane.parcels.empty(); });
  }
  bool free_lane() const {
    return std::any_of(lanes_.begin(), lanes_.end(), [](const LaneState& lane) { return lane.lane->has_room(); });
  }

  // In turn, leaving out lanes that are full.
  LaneState* next_lane() {
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
      turn_ = (turn_ + 1) % lanes_.size();
      if (lanes_[turn_].lane->has_room()) return &lanes_[turn_];
    }
    return nullptr;
  }

  // What is due is dealt out evenly, so that every connection has its share.
  base::Status send_due(std::int64_t time) {
    for (std::size_t i = 0; i < lanes_.size() && event_->due_ns <= time; ++i) {
      LaneState* const lane = next_lane();
      if (lane == nullptr) return {};
      LOGMILL_RETURN_IF_ERROR(send_parcel(*lane, time));
    }
    return {};
  }

  base::Status send_parcel(LaneState& lane, std::int64_t time) {
    const auto share = static_cast<double>(time - event_->due_ns) * options_.rate / 1e9 / static_cast<double>(lanes_.size());
    const std::size_t rows = std::clamp<std::size_t>(static_cast<std::size_t>(share) + 1, 1, kRowsMax);
    Parcel parcel{{}, time};
    records_.begin(batch_, lane.stream, turn_, lane.sent);
    while (parcel.due_ns.size() < rows && event_->due_ns <= time && event_->due_ns < end_ns_) {
      records_.add(*event_);
      parcel.due_ns.push_back(event_->due_ns);
      event_ = &generator_.next();
    }
    if (parcel.due_ns.empty()) return {};
    if (parcel.due_ns.front() >= options_.warmup_ns) result_.lag.add(static_cast<std::uint64_t>(time - parcel.due_ns.front()));
    const std::uint64_t sent = parcel.due_ns.size();
    lane.parcels.push_back(std::move(parcel));
    lane.sent += sent;
    result_.sent += sent;
    return lane.lane->send(batch_);
  }

  base::Status look_for_answers() {
    for (LaneState& lane : lanes_) {
      LOGMILL_ASSIGN_OR_RETURN(const std::uint64_t answered, lane.lane->work());
      for (; lane.answered < answered; ++lane.answered) {
        take_answer(lane.parcels.front());
        lane.parcels.pop_front();
      }
    }
    return {};
  }

  void take_answer(const Parcel& parcel) {
    const std::int64_t time = now();
    result_.acknowledged += parcel.due_ns.size();
    for (const std::int64_t due : parcel.due_ns) {
      if (due < options_.warmup_ns) continue;
      ++result_.measured;
      result_.latency.add(static_cast<std::uint64_t>(time - due));
      result_.service.add(static_cast<std::uint64_t>(time - parcel.sent_ns));
    }
    last_answer_ns_ = time;
  }

  base::Status drain() {
    for (LaneState& lane : lanes_) LOGMILL_RETURN_IF_ERROR(lane.lane->finish());
    const std::int64_t deadline = now() + options_.drain_ns;
    while (true) {
      LOGMILL_RETURN_IF_ERROR(look_for_answers());
      const bool done = std::all_of(lanes_.begin(), lanes_.end(), [](const LaneState& lane) { return lane.lane->done(); });
      if (done) return {};
      if (now() >= deadline) return base::Error{base::ErrorCode::again, "not everything was acknowledged in time (--drain)"};
      world_.pause(kLookNs);
    }
  }

  const LoadOptions& options_;
  const LoadWorld& world_;
  generate::World names_;
  generate::Generator generator_;
  NumberedRecords records_;
  std::int64_t start_ns_, end_ns_;
  std::int64_t last_answer_ns_ = 0;
  const generate::Event* event_;  // the next to be sent
  std::vector<LaneState> lanes_;
  std::size_t turn_ = 0;
  record::Batch batch_;
  LoadResult result_;
};

}  // namespace

LoadOutcome run_load(std::vector<std::unique_ptr<Lane>>& lanes, const LoadOptions& options, const LoadWorld& world) {
  return Load(lanes, options, world).run();
}

}  // namespace logmill::logload
