#include "logserve/service/ingester.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <vector>

#include "record/stamp_times.h"
#include "store/block_writer.h"
#include "sys/entropy.h"

namespace logmill::logserve {
namespace {

// How often the writer is given a chance to seal when nothing comes.
constexpr std::chrono::seconds kTick(1);
// Commits of one record each make so many blocks within a second or two, and each search reads them one by one until they are joined.
constexpr std::uint64_t kSealBlocks = 2'048;
// Whose losses are counted apart.
constexpr std::size_t kDropsMax = 1'000;
constexpr std::string_view kOtherServices = "(others)";

}  // namespace

base::Result<std::unique_ptr<Ingester>> Ingester::open(const Options& options, cli::Io& io) {
  // The answer says committed: each round of requests is one commit, and none waits for what so many small ones leave to be sealed.
  const store::WriterOptions writer_options{.seal_blocks = kSealBlocks, .seal_beside = true};
  LOGMILL_ASSIGN_OR_RETURN(auto writer, store::StoreWriter::open(io.files, options.stores.front(), writer_options, io.clock, io.reporter));
  return std::unique_ptr<Ingester>(new Ingester(options, io, std::move(writer)));
}

Ingester::Ingester(const Options& options, cli::Io& io, std::unique_ptr<store::StoreWriter> writer)
    : options_(options),
      io_(io),
      writer_(std::move(writer)),
      stream_(sys::random_id()),
      overload_(options.overload, io.clock),
      thread_([this] { run(); }) {}

Ingester::~Ingester() { end(); }

void Ingester::end() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  work_.notify_one();
  thread_.join();
}

base::Status Ingester::close() {
  end();
  LOGMILL_RETURN_IF_ERROR(failure_);
  base::Status closed = writer_->close();
  counters_ = writer_->counters();
  return closed;
}

// A place among all that came is what a draw is made from, and what is dropped is not held until the rest is committed.
record::Overload::Relief Ingester::relieve(record::Batch& batch) {
  if (options_.overload == record::OverloadPolicy::block || batch.range().named()) return {};
  const double fill = static_cast<double>(waiting_bytes()) / static_cast<double>(std::max<std::uint64_t>(options_.queue_bytes_max, 1));
  const std::uint64_t place = arrived_.fetch_add(batch.rows());
  batch.range() = {stream_, 0, place, place + batch.rows()};
  record::Overload::Relief relief = overload_.relieve(batch, fill);
  batch.range() = {};
  if (relief.losses.empty()) return relief;
  record::Batch rest;
  store::append_rows(rest, batch, 0, batch.rows());
  batch = std::move(rest);
  return relief;
}

void Ingester::count(const std::vector<record::Overload::Loss>& losses) {
  for (const record::Overload::Loss& loss : losses) {
    const bool apart = drops_.size() < kDropsMax || drops_.contains({loss.level, loss.service});
    drops_[{loss.level, apart ? loss.service : std::string(kOtherServices)}] += loss.records;
  }
}

base::Result<Ingester::Taken> Ingester::take(record::Batch& batch) {
  record::Overload::Relief relief = relieve(batch);
  // Texts that lie in the body of a request wait with it, though they are not the batch's own.
  Request request{.batch = &batch, .bytes = batch.memory_bytes() + batch.text().size(), .status = {}};
  std::unique_lock lock(mutex_);
  // One that is larger than the bound may come alone.
  if (waiting_bytes_ > 0 && waiting_bytes_ + request.bytes > options_.queue_bytes_max)
    return base::Error{base::ErrorCode::again, "more records wait to be committed than the queue holds"};
  waiting_bytes_ += request.bytes;
  ++waiting_requests_;
  waiting_.push_back(&request);
  work_.notify_one();
  done_.wait(lock, [&] { return request.done; });
  if (!request.status) return request.status.error();
  count(relief.losses);
  return Taken{request.repeated, std::move(relief.keep)};
}

Ingester::Drops Ingester::drops() const {
  const std::lock_guard lock(mutex_);
  return drops_;
}

store::WriterCounters Ingester::counters() const {
  const std::lock_guard lock(mutex_);
  return counters_;
}

std::uint64_t Ingester::waiting_bytes() const {
  const std::lock_guard lock(mutex_);
  return waiting_bytes_;
}

std::size_t Ingester::waiting_requests() const {
  const std::lock_guard lock(mutex_);
  return waiting_requests_;
}

bool Ingester::ready() const {
  const std::lock_guard lock(mutex_);
  return ready_;
}

void Ingester::append(Request& request) {
  record::Batch& batch = *request.batch;
  const std::size_t rows = batch.rows();
  if (!batch.range().named()) {
    batch.range() = {stream_, 0, position_, position_ + rows};
    batch.positions().clear();
    for (std::size_t i = 0; i < rows; ++i) batch.positions().push_back(static_cast<std::uint32_t>(i));
  } else if (batch.range().from == 0) {
    batch.range().epoch = epoch_of(batch.range().stream);
    epochs_[batch.range().stream] = batch.range().epoch;
  }
  record::stamp_missing_times(batch, io_.clock.now());
  const std::uint64_t repeated = writer_->counters().records_repeated;
  request.status = failure_ ? writer_->append(batch) : failure_;
  request.repeated = writer_->counters().records_repeated - repeated;
  if (request.status && batch.range().stream == stream_) position_ = batch.range().to;
}

// When a key was first seen, in seconds since 1970: so the store itself knows how old it is, also after a restart.
std::uint32_t Ingester::epoch_of(const record::StreamId& stream) const {
  const std::int64_t now = io_.clock.now() / base::kNsPerSecond;
  std::optional<std::uint32_t> known;
  if (const auto here = epochs_.find(stream); here != epochs_.end())
    known = here->second;
  else if (const auto frontier = writer_->frontier(stream))
    known = frontier->epoch;
  if (!known) return static_cast<std::uint32_t>(now);
  const bool expired = now - *known >= options_.key_age_ns / base::kNsPerSecond;
  return expired ? static_cast<std::uint32_t>(now) : *known;
}

// Rounds: what came while the last one was committed is committed together. What a full disk refuses is tried again, and answered when it
// is there, or when the program ends: who asks again meanwhile would store it twice.
void Ingester::run() {
  std::deque<Request*> round;
  std::unique_lock lock(mutex_);
  while (true) {
    work_.wait_for(lock, kTick, [&] { return ending_ || (round.empty() && !waiting_.empty()); });
    if (ending_ && waiting_.empty() && round.empty()) return;
    const bool again = !round.empty();
    if (!again) round.swap(waiting_);
    lock.unlock();
    if (!again)
      for (Request* const request : round) append(*request);
    base::Status committed = commit(round);
    lock.lock();
    counters_ = writer_->counters();
    ready_ = committed.has_value();
    const bool retry = !committed && committed.error().code == base::ErrorCode::again;
    if (retry && !ending_ && !io_.stop.requested()) continue;
    for (Request* const request : round) {
      waiting_bytes_ -= request->bytes;
      --waiting_requests_;
      if (request->status && !committed) request->status = committed;
      request->done = true;
    }
    round.clear();
    done_.notify_all();
  }
}

base::Status Ingester::commit(const std::deque<Request*>& round) {
  LOGMILL_RETURN_IF_ERROR(failure_);
  base::Status committed = round.empty() ? base::Status{} : writer_->commit();
  if (committed) committed = writer_->tick();
  if (committed) epochs_.clear();
  if (committed) return {};
  if (committed.error().code == base::ErrorCode::again)
    io_.reporter.warn("store_waits", committed.error().what + "; waiting, nothing is acknowledged");
  else
    failure_ = committed;
  return committed;
}

}  // namespace logmill::logserve
