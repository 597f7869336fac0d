// Gives an engine the records that come in on standard input, and judges as their times go on.
#pragma once

#include <optional>

#include "alert/delivery.h"
#include "alert/engine.h"
#include "cli/io.h"
#include "codec/format.h"
#include "logalert/clock_watch.h"
#include "logalert/metrics.h"
#include "record/batch.h"

namespace logmill::logalert {

// Thread-compatible.
class InputWatch {
 public:
  // All must outlive it.
  InputWatch(alert::Engine& engine, alert::Delivery& delivery, Metrics& metrics, alert::Room& room, cli::Io& io)
      : engine_(engine), delivery_(delivery), metrics_(metrics), room_(room), io_(io), clock_(io.clock) {}

  // To the end of the input, or until a stop is requested. Rules that were never judged begin with the first record. False: the writer
  // died.
  base::Result<bool> run(codec::Format format, std::int64_t wait_ns);
  std::uint64_t records() const { return records_; }

 private:
  base::Status take(record::Batch& batch);
  base::Status judge(std::int64_t wait_ns);
  base::Status follow_clock(base::TimeNs now);
  base::Status judge_up_to(base::TimeNs until);

  alert::Engine& engine_;
  alert::Delivery& delivery_;
  Metrics& metrics_;
  alert::Room& room_;
  cli::Io& io_;
  ClockWatch clock_;
  std::optional<base::TimeNs> latest_;  // time of a record
  bool live_ = false;                   // records are of now: then time goes on without them, too
  std::uint64_t records_ = 0;
};

}  // namespace logmill::logalert
