// Takes batches to the sink and counts them.
#pragma once

#include <cstdint>

#include "cli/statistics.h"
#include "logcollect/logcollect.h"
#include "record/batch.h"
#include "stream/sink.h"

namespace logmill::logcollect {

class Outlet {
 public:
  // All three must outlive it.
  Outlet(const Logcollect::Options& options, cli::Io& io, stream::Sink& sink)
      : sink_(sink), statistics_(Logcollect::kName, options.stats, io) {}

  // `bytes_in` is the sum of all that was taken in.
  base::Status write(const record::Batch& batch, std::uint64_t bytes_in) {
    cli::Counters& counters = statistics_.counters;
    counters.records_in += batch.rows();
    counters.bytes_in = bytes_in;
    LOGMILL_RETURN_IF_ERROR(sink_.write(batch));
    counters.records_out += batch.rows();
    counters.bytes_out = sink_.bytes_out();
    statistics_.tick();
    return {};
  }
  base::Status pause() {
    LOGMILL_RETURN_IF_ERROR(sink_.flush());
    statistics_.counters.bytes_out = sink_.bytes_out();
    statistics_.tick();
    return {};
  }
  base::Status close() {
    LOGMILL_RETURN_IF_ERROR(sink_.close());
    statistics_.counters.bytes_out = sink_.bytes_out();
    statistics_.finish();
    return {};
  }
  std::int64_t due_in() const { return statistics_.due_in(); }

 private:
  stream::Sink& sink_;
  cli::Statistics statistics_;
};

}  // namespace logmill::logcollect
