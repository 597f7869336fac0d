#include "logload/lane.h"
#include "store/writer.h"

namespace logmill::logload {

namespace {

class StoreLane final : public Lane {
 public:
  StoreLane(std::unique_ptr<store::StoreWriter> writer, const base::Clock& clock) : writer_(std::move(writer)), clock_(clock) {}

  bool has_room() const override { return true; }

  base::Status send(const record::Batch& batch) override {
    ++sent_;
    return writer_->append(batch);
  }

  base::Result<std::uint64_t> work() override {
    const auto due = writer_->commit_due_ns();
    if (due && clock_.steady_ns() >= *due) LOGMILL_RETURN_IF_ERROR(commit());
    return committed_;
  }

  // The segment is sealed after the last commit, when nothing is measured any more.
  base::Status finish() override { return commit(); }
  bool done() const override { return committed_ == sent_; }

  ~StoreLane() override {
    // All is committed; what sealing could fail with costs no record.
    [[maybe_unused]] const auto closed = writer_->close();
  }

 private:
  base::Status commit() {
    LOGMILL_RETURN_IF_ERROR(writer_->commit());
    committed_ = sent_;
    return {};
  }

  std::unique_ptr<store::StoreWriter> writer_;
  const base::Clock& clock_;
  std::uint64_t sent_ = 0, committed_ = 0;
};

}  // namespace

base::Result<std::unique_ptr<Lane>> open_store_lane(const Logload::Options& options, cli::Io& io) {
  store::WriterOptions writer_options;
  writer_options.commit_interval_ns = options.commit_interval_ns;
  LOGMILL_ASSIGN_OR_RETURN(auto writer, store::StoreWriter::open(io.files, options.to, writer_options, io.clock, io.reporter));
  return std::unique_ptr<Lane>(std::make_unique<StoreLane>(std::move(writer), io.clock));
}

}  // namespace logmill::logload
