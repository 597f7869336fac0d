// Takes records of many requests into the store, and commits them together.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "base/result.h"
#include "cli/io.h"
#include "logserve/logserve.h"
#include "record/batch.h"
#include "store/writer.h"

namespace logmill::logserve {

// Safe from any thread. Its own thread is the only one that writes.
class Ingester {
 public:
  static base::Result<std::unique_ptr<Ingester>> open(const Logserve::Options& options, cli::Io& io);
  ~Ingester();

  // Returns when the records are committed; gives how many the store had already. `again` if too much waits to be committed: nothing was
  // taken then. Gives the batch a range of the ingester's own stream if it has none.
  base::Result<std::uint64_t> take(record::Batch& batch);

  // Commits what was taken and seals; nothing may be taken afterwards.
  base::Status close();

  store::WriterCounters counters() const;
  std::uint64_t waiting_bytes() const;
  // Whether the last commit went well.
  bool ready() const;

 private:
  struct Request {
    record::Batch* batch;
    std::uint64_t bytes;
    std::uint64_t repeated = 0;
    bool done = false;
    base::Status status;
  };
  Ingester(const Logserve::Options& options, cli::Io& io, std::unique_ptr<store::StoreWriter> writer);
  void end();
  void run();
  void append(Request& request);
  base::Status commit(const std::deque<Request*>& round);

  const Logserve::Options& options_;
  cli::Io& io_;
  std::unique_ptr<store::StoreWriter> writer_;
  record::StreamId stream_;  // the thread's, as the next two
  std::uint64_t position_ = 0;
  base::Status failure_;

  mutable std::mutex mutex_;
  std::condition_variable work_, done_;
  std::deque<Request*> waiting_;
  std::uint64_t waiting_bytes_ = 0;
  bool ending_ = false, ready_ = true;
  store::WriterCounters counters_;
  std::thread thread_;
};

}  // namespace logmill::logserve
