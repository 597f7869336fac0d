#include "logrecv/intake.h"

#include "record/fields.h"
#include "record/stamp_times.h"
#include "sys/fd.h"

namespace logmill::logrecv {
namespace {

constexpr int kFullDiskRetryMs = 1'000;

}  // namespace

Intake::Intake(const Logrecv::Options& options, cli::Io& io, cli::Statistics& statistics)
    : options_(options),
      io_(io),
      statistics_(statistics),
      parser_({.format = {}, .keep_raw = false, .field = std::string(record::kRaw), .reference = io.clock.now()}) {}

base::Result<std::unique_ptr<Intake>> Intake::open(const Logrecv::Options& options, cli::Io& io, cli::Statistics& statistics) {
  std::unique_ptr<Intake> intake(new Intake(options, io, statistics));
  if (!options.where.empty()) {
    LOGMILL_ASSIGN_OR_RETURN(auto filter, query::Filter::parse(options.where, {.now = io.clock.now()}));
    intake->filter_.emplace(std::move(filter));
  }
  if (!options.store.dir.empty()) {
    LOGMILL_ASSIGN_OR_RETURN(intake->store_, store::StoreWriter::open(io.files, options.store.dir, {}, io.clock, io.reporter));
    intake->taken_.advance_all(intake->store_->frontiers());
    return intake;
  }
  LOGMILL_ASSIGN_OR_RETURN(
      intake->sink_, stream::open_sink(options.output.to, io.out,
                                       {.format = options.output.resolve(codec::Format::automatic), .compress = options.output.compress},
                                       io.stop, io.reporter));
  return intake;
}

void Intake::parse_lines(record::Batch& batch) {
  if (options_.parse) parser_.parse_batch(batch);
}

base::Result<Intake::Taken> Intake::take(record::Batch& batch) {
  const std::size_t received = batch.rows();
  if (trim_repeats(batch) == Taken::gap) return Taken::gap;
  cli::Counters& counters = statistics_.counters;
  counters.records_in += received;
  if (batch.rows() < received) counters.drop("repeated", received - batch.rows());
  const record::Range range = batch.range();
  filter(batch);
  const std::size_t rows = batch.rows();
  if (store_ != nullptr) {
    record::stamp_missing_times(batch, io_.clock.now());
    LOGMILL_RETURN_IF_ERROR(patiently([&] { return store_->append(batch); }));
  } else {
    LOGMILL_RETURN_IF_ERROR(sink_->write(batch));
    counters.records_out += rows;
  }
  if (range.named()) taken_.advance(range);
  return Taken::yes;
}

// What a sender repeats after a broken connection is dropped by its position.
Intake::Taken Intake::trim_repeats(record::Batch& batch) {
  record::Range& range = batch.range();
  const auto held = range.named() ? taken_.find(range.stream) : std::nullopt;
  if (!held || range.epoch > held->epoch) return Taken::yes;
  if (range.epoch == held->epoch && range.from == held->position) return Taken::yes;
  if (range.epoch == held->epoch && range.from > held->position) return Taken::gap;
  const bool all = range.epoch < held->epoch || range.to <= held->position;
  const std::uint64_t overlap = all ? range.to - range.from : held->position - range.from;
  keep_.assign(batch.rows(), 0);
  if (!all)
    for (std::size_t row = 0; row < batch.rows(); ++row) keep_[row] = batch.positions()[row] >= overlap;
  batch.keep_rows(keep_);
  range.from += overlap;
  for (std::uint32_t& position : batch.positions()) position -= static_cast<std::uint32_t>(overlap);
  return Taken::yes;
}

void Intake::filter(record::Batch& batch) {
  if (!filter_) return;
  const std::size_t before = batch.rows();
  filter_->select(batch, keep_);
  batch.keep_rows(keep_);
  statistics_.counters.drop("filter", before - batch.rows());
}

template <class Operation>
base::Status Intake::patiently(Operation operation) {
  while (true) {
    auto done = operation();
    if (done || done.error().code != base::ErrorCode::again || io_.stop.requested()) return done;
    io_.reporter.warn("store_waits", done.error().what + "; waiting, nothing is acknowledged");
    (void)sys::wait_readable(io_.stop.fd(), kFullDiskRetryMs, -1);
  }
}

base::Status Intake::commit() {
  cli::Counters& counters = statistics_.counters;
  if (store_ == nullptr) {
    LOGMILL_RETURN_IF_ERROR(sink_->flush());
    counters.bytes_out = sink_->bytes_out();
    return {};
  }
  LOGMILL_RETURN_IF_ERROR(patiently([&] { return store_->commit(); }));
  counters.records_out = store_->counters().records_committed;
  counters.bytes_out = store_->counters().bytes_written;
  return store_->tick();
}

base::Status Intake::close() {
  LOGMILL_RETURN_IF_ERROR(commit());
  return store_ != nullptr ? store_->close() : sink_->close();
}

}  // namespace logmill::logrecv
