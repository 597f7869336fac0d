#include "logship/input_reader.h"

#include "sys/entropy.h"
#include "sys/fd.h"

namespace logmill::logship {

InputReader::InputReader(const Logship::Options& options, cli::Io& io) : options_(options), io_(io), stream_(sys::random_id()) {}

base::Result<std::unique_ptr<InputReader>> InputReader::open(const Logship::Options& options, cli::Io& io) {
  std::unique_ptr<InputReader> reader(new InputReader(options, io));
  LOGMILL_ASSIGN_OR_RETURN(reader->source_, stream::open_source(options.input.from, io.in, {.format = options.input.format, .keep = true},
                                                                io.stop, io.reporter));
  return reader;
}

base::Result<stream::Pull> InputReader::next(record::Batch& batch) {
  const int gather_ms = static_cast<int>(options_.batch_interval_ns / base::kNsPerMs);
  if (was_small_ && gather_ms > 0) (void)sys::wait_readable(io_.stop.fd(), gather_ms, -1);
  LOGMILL_ASSIGN_OR_RETURN(const stream::Pull pull, source_->next(batch));
  if (pull != stream::Pull::batch) return pull;
  was_small_ = batch.rows() < options_.batch_records && batch.text_bytes() < options_.batch_bytes;
  if (!batch.range().named()) name_range(batch);
  return pull;
}

void InputReader::name_range(record::Batch& batch) {
  const std::uint64_t rows = batch.rows();
  batch.range() = {stream_, 0, position_, position_ + rows};
  batch.positions().clear();
  for (std::uint64_t i = 0; i < rows; ++i) batch.positions().push_back(static_cast<std::uint32_t>(i));
  position_ += rows;
}

}  // namespace logmill::logship
