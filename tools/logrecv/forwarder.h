// Passes on what is committed to a spool, by a thread of its own: whoever reads the output may be slow while senders come.
//
// Without --resume a frame leaves the spool when the output has it. With it, when the sink at the end of the pipeline holds its range:
// whatever was on its way when a program was killed is passed on again, and the sink knows it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "cli/counters.h"
#include "cli/io.h"
#include "logrecv/logrecv.h"
#include "spool/spool.h"
#include "store/frontier_table.h"
#include "stream/frame_unpacker.h"
#include "stream/sink.h"

namespace logmill::logrecv {

class Forwarder {
 public:
  // References must outlive it. It is the reader of `spool` from now on.
  Forwarder(spool::Spool& spool, std::unique_ptr<stream::Sink> output, const Logrecv::Options& options, cli::Io& io);
  ~Forwarder();

  // More was committed.
  void wake();
  // Why it ended before `finish`.
  base::Status status();
  // Passes on what is left, within the time of grace, ends the output, and returns how it went. The rest waits in the spool.
  base::Status finish();
  // Adds to `records_in` what was in the spool before.
  void count(cli::Counters& counters);

 private:
  // The thread's, all below but for the members that are shared.
  void run();
  base::Status forward_all();
  base::Status forward(const spool::Spool::Frame& frame);
  base::Status flush();
  bool is_held(const record::Range& range) const;
  void release_held();
  bool may_ask(std::int64_t now_ns) const;
  void ask_sink();
  bool half_full() const;
  // For more to come, or for the sink. An error: nobody reads the output any more.
  base::Status wait();

  spool::Spool& spool_;
  std::unique_ptr<stream::Sink> output_;
  const Logrecv::Options& options_;
  cli::Io& io_;
  stream::FrameUnpacker unpacker_;
  record::Batch batch_;
  std::deque<record::Range> given_;  // of frames that were taken from the spool and not released
  std::uint64_t bytes_unflushed_ = 0;
  store::FrontierTable held_;  // by the sink
  std::int64_t next_ask_ns_ = 0;

  std::atomic<std::uint64_t> records_from_before_ = 0, records_out_ = 0, records_held_ = 0, bytes_out_ = 0;
  std::atomic<bool> closing_ = false, abandoned_ = false;
  std::mutex mutex_;  // guards both below
  std::condition_variable changed_;
  bool more_ = false;
  base::Status outcome_;
  std::thread thread_;
};

// Standard output, a file or a ring, as the options want it.
base::Result<std::unique_ptr<stream::Sink>> open_output(const Logrecv::Options& options, cli::Io& io);

}  // namespace logmill::logrecv
