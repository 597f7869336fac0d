#include "logstore/target.h"

#include <algorithm>
#include <thread>

namespace logmill::logstore {
namespace {

// Of the memory, what is for the program and for reading. The rest is for what waits to be written, and for encoding it.
constexpr std::uint64_t kProgramBytes = 24 << 20;
// What is being read while the writer looks at what there is.
constexpr std::uint64_t kReaderBytes = 6 << 20;
// Large blocks are smaller on disk; two may be encoded while the next is gathered.
constexpr std::uint64_t kBlockShare = 8;

class StoreTarget final : public Target {
 public:
  explicit StoreTarget(std::unique_ptr<store::StoreWriter> writer) : writer_(std::move(writer)) {}
  base::Status append(record::Batch& batch) override {
    LOGMILL_RETURN_IF_ERROR(writer_->append(std::move(batch)));
    batch = writer_->take_spent();
    return {};
  }
  base::Status commit() override { return writer_->commit(); }
  base::Status commit_soon() override { return writer_->commit_soon(); }
  std::optional<std::int64_t> commit_due_ns() const override { return writer_->commit_due_ns(); }
  base::Status tick() override { return writer_->tick(); }
  base::Status reopen() override { return {}; }
  base::Status close() override { return writer_->close(); }
  std::optional<store::Frontier> frontier(const record::StreamId& stream) const override { return writer_->frontier(stream); }
  TargetCounters counters() const override {
    const store::WriterCounters& of = writer_->counters();
    return {.records_in = of.records_in,
            .records_committed = of.records_committed,
            .records_repeated = of.records_repeated,
            .bytes_written = of.bytes_written,
            .raw_bytes = of.raw_bytes,
            .sealed_bytes = of.sealed_bytes};
  }

 private:
  std::unique_ptr<store::StoreWriter> writer_;
};

}  // namespace

base::Result<std::unique_ptr<Target>> open_target(const Options& options, cli::Io& io) {
  if (options.flat) return open_flat_target(options, io);
  store::WriterOptions writer_options = options.writer;
  writer_options.memory_bytes = options.memory_bytes - kProgramBytes;
  writer_options.block_bytes = options.memory_bytes / kBlockShare;
  writer_options.join_bytes = join_bytes(options);
  writer_options.process_bytes = options.memory_bytes - kReaderBytes;
  writer_options.threads = std::max(1u, std::thread::hardware_concurrency());
  LOGMILL_ASSIGN_OR_RETURN(auto writer, store::StoreWriter::open(io.files, options.store.dir, writer_options, io.clock, io.reporter));
  return std::unique_ptr<Target>(std::make_unique<StoreTarget>(std::move(writer)));
}

}  // namespace logmill::logstore
