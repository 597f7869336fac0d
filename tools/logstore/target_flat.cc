// Records as lines of a file that rotates.
#include <memory>
#include <utility>

#include "logstore/postrotate.h"
#include "logstore/target.h"
#include "text/units.h"

namespace logmill::logstore {
namespace {

class FlatTarget final : public Target {
 public:
  FlatTarget(std::unique_ptr<Postrotate> postrotate, std::unique_ptr<flat::FlatWriter> writer)
      : postrotate_(std::move(postrotate)), writer_(std::move(writer)) {}
  base::Status append(record::Batch& batch) override { return writer_->append(batch); }
  base::Status commit() override { return writer_->commit(); }
  base::Status commit_soon() override { return commit(); }
  std::optional<std::int64_t> commit_due_ns() const override { return writer_->commit_due_ns(); }
  base::Status tick() override { return writer_->tick(); }
  base::Status reopen() override {
    writer_->reopen();
    return {};
  }
  base::Status close() override {
    LOGMILL_RETURN_IF_ERROR(writer_->close());
    if (postrotate_) postrotate_->finish();
    return {};
  }
  std::optional<store::Frontier> frontier(const record::StreamId& stream) const override { return writer_->frontier(stream); }
  TargetCounters counters() const override {
    const flat::FlatCounters& of = writer_->counters();
    return {.records_in = of.records_in,
            .records_committed = of.records_committed,
            .records_repeated = of.records_repeated,
            .bytes_written = of.bytes_written,
            .raw_bytes = 0,
            .sealed_bytes = 0};
  }

 private:
  std::unique_ptr<Postrotate> postrotate_;  // outlives the writer, which calls it
  std::unique_ptr<flat::FlatWriter> writer_;
};

}  // namespace

base::Result<std::unique_ptr<Target>> open_flat_target(const Options& options, cli::Io& io) {
  flat::FlatOptions flat = options.flat_options;
  flat.commit_interval_ns = options.writer.commit_interval_ns;
  flat.sync = options.writer.sync;
  flat.archive.retention = flat_retention(options);
  std::unique_ptr<Postrotate> postrotate;
  if (!options.postrotate.empty()) {
    postrotate = std::make_unique<Postrotate>(options.postrotate, io.reporter);
    flat.archive.on_archived = [run = postrotate.get()](const std::string& file) { run->run_for(file); };
  }
  LOGMILL_ASSIGN_OR_RETURN(auto writer, flat::FlatWriter::open(io.files, options.store.dir, std::move(flat), io.clock, io.reporter));
  return std::unique_ptr<Target>(std::make_unique<FlatTarget>(std::move(postrotate), std::move(writer)));
}

flat::Retention flat_retention(const Options& options) {
  const auto& keep = options.maintenance.retention;
  return {.keep_age_ns = keep.keep_age_ns,
          .keep_bytes = keep.keep_bytes,
          .keep_count = keep.keep_count,
          .keep_free_bytes = text::parse_size(options.keep_free).value_or(0)};
}

}  // namespace logmill::logstore
