// Takes records of many requests into the store, and commits them together.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/result.h"
#include "cli/io.h"
#include "logserve/service/options.h"
#include "record/batch.h"
#include "record/overload.h"
#include "store/writer.h"

namespace logmill::logserve {

// Safe from any thread. Its own thread is the only one that writes.
class Ingester {
 public:
  static base::Result<std::unique_ptr<Ingester>> open(const Options& options, cli::Io& io);
  ~Ingester();

  struct Taken {
    std::uint64_t repeated = 0;      // the store had them already
    std::vector<std::uint8_t> keep;  // a flag for each record there was: 0 for those that were dropped; empty: all were taken
  };
  // Returns when the records are committed. `again` if too much waits to be committed: nothing was taken then. Gives the batch a range of
  // the ingester's own stream if it has none, and then may drop some of it first (--overload), and add what tells of that.
  //
  // A batch of a stream of its own is of a request that may come again: it is taken whole, and once. Who repeats it says epoch 0 for the
  // part at position 0, and gets the one under which it is known; a key that was first seen longer ago than --idempotency-age gets another.
  base::Result<Taken> take(record::Batch& batch);

  // Commits what was taken and seals; nothing may be taken afterwards.
  base::Status close();

  // What was dropped because of overload, by level and service; of very many services some are counted together.
  using Drops = std::map<std::pair<record::Severity, std::string>, std::uint64_t>;
  Drops drops() const;

  store::WriterCounters counters() const;
  std::uint64_t waiting_bytes() const;
  std::size_t waiting_requests() const;
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
  Ingester(const Options& options, cli::Io& io, std::unique_ptr<store::StoreWriter> writer);
  void end();
  void run();
  record::Overload::Relief relieve(record::Batch& batch);
  void count(const std::vector<record::Overload::Loss>& losses);
  void append(Request& request);
  std::uint32_t epoch_of(const record::StreamId& stream) const;
  base::Status commit(const std::deque<Request*>& round);

  const Options& options_;
  cli::Io& io_;
  std::unique_ptr<store::StoreWriter> writer_;
  const record::StreamId stream_;
  record::Overload overload_;
  std::atomic<std::uint64_t> arrived_ = 0;
  std::uint64_t position_ = 0;                        // the thread's, as the next two
  std::map<record::StreamId, std::uint32_t> epochs_;  // of what is not committed yet
  base::Status failure_;

  mutable std::mutex mutex_;
  std::condition_variable work_, done_;
  std::deque<Request*> waiting_;
  std::uint64_t waiting_bytes_ = 0;  // with those of the round that is committed now
  std::size_t waiting_requests_ = 0;
  bool ending_ = false, ready_ = true;
  store::WriterCounters counters_;
  Drops drops_;
  std::thread thread_;
};

}  // namespace logmill::logserve
