#include "logrecv/intake.h"

#include "record/fields.h"
#include "store/admission.h"
#include "sys/entropy.h"
#include "sys/fd.h"

namespace logmill::logrecv {
namespace {

constexpr int kFullDiskRetryMs = 1'000;

}  // namespace

Intake::Intake(const Logrecv::Options& options, cli::Io& io, cli::Statistics& statistics)
    : options_(options),
      io_(io),
      statistics_(statistics),
      parser_({.format = {}, .keep_raw = false, .field = std::string(record::kRaw), .reference = io.clock.now()}),
      lines_stream_(sys::random_id()) {}

base::Result<std::unique_ptr<Intake>> Intake::open(const Logrecv::Options& options, cli::Io& io, cli::Statistics& statistics) {
  std::unique_ptr<Intake> intake(new Intake(options, io, statistics));
  if (!options.where.empty()) {
    LOGMILL_ASSIGN_OR_RETURN(auto filter, query::Filter::parse(options.where, {.now = io.clock.now()}));
    intake->filter_.emplace(std::move(filter));
  }
  const auto open_destination = !options.store.dir.empty()   ? open_store_destination
                                : !options.spool.dir.empty() ? open_spool_destination
                                                             : open_output_destination;
  LOGMILL_ASSIGN_OR_RETURN(intake->destination_, open_destination(options, io));
  return intake;
}

base::Status Intake::take_lines(record::Batch& batch) {
  parser_.set_reference(io_.clock.now());
  const auto take_part = [this](record::Batch& part) {
    auto taken = take(part);
    return taken ? base::Status{} : std::move(taken).error();
  };
  return options_.parse ? parser_.parse_parts(batch, take_part) : take_part(batch);
}

void Intake::name_range(record::Batch& batch) {
  const std::uint64_t rows = batch.rows();
  batch.range() = {lines_stream_, 0, lines_position_, lines_position_ + rows};
  batch.positions().clear();
  for (std::uint64_t i = 0; i < rows; ++i) batch.positions().push_back(static_cast<std::uint32_t>(i));
  lines_position_ += rows;
}

std::optional<store::Frontier> Intake::position_of(const record::StreamId& stream) const {
  const auto recent = taken_.find(stream);
  return recent ? recent : destination_->frontier(stream);
}

std::vector<store::Frontier> Intake::positions() const { return commits() ? destination_->frontiers() : taken_.list(); }

base::Result<Intake::Taken> Intake::take(record::Batch& batch) {
  if (!batch.range().named()) name_range(batch);
  const std::size_t received = batch.rows();
  const auto repeated = store::drop_repeats(batch, position_of(batch.range().stream));
  if (!repeated && repeated.error().code == base::ErrorCode::again) return Taken::gap;
  if (!repeated) return repeated.error();
  cli::Counters& counters = statistics_.counters;
  counters.records_in += received;
  if (*repeated > 0) counters.drop("repeated", *repeated);
  const record::Range range = batch.range();
  filter(batch);
  LOGMILL_RETURN_IF_ERROR(patiently([&] { return destination_->append(batch); }));
  taken_.advance(range);
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

// Of what is committed the destination knows as well.
void Intake::forget_idle_streams() {
  if (taken_.forget_oldest(options_.streams_max) > 0 && !commits())
    io_.reporter.warn("streams", "more than " + std::to_string(options_.streams_max) +
                                     " streams: of those that were idle for longest, repeats are passed on (--max-streams)");
}

base::Status Intake::commit() {
  LOGMILL_RETURN_IF_ERROR(patiently([&] { return destination_->commit(); }));
  destination_->count(statistics_.counters);
  forget_idle_streams();
  return {};
}

base::Status Intake::close() {
  LOGMILL_RETURN_IF_ERROR(commit());
  auto closed = destination_->close();
  destination_->count(statistics_.counters);
  return closed;
}

}  // namespace logmill::logrecv
