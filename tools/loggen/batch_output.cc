#include <array>
#include <vector>

#include "loggen/output.h"
#include "record/batch.h"
#include "record/fields.h"
#include "stream/sink.h"

namespace logmill::loggen {

namespace {

// A frame at full speed: large enough to be cheap, small enough to stay in the processor's cache.
constexpr std::size_t kRows = 4'096;

class BatchOutput final : public Output {
 public:
  BatchOutput(std::unique_ptr<stream::Sink> sink, BatchOutputOptions options)
      : sink_(std::move(sink)),
        format_(std::move(options.format)),
        stream_(options.stream),
        rows_(options.context.world, options.context.sequence),
        line_(format_ ? LineFormat::kBytesMax : 0) {
    begin();
  }

  base::Status add(const generate::Event& event) override {
    if (format_) {
      const char* const end = format_->write(event, line_.data());
      // The newline is the frame's business.
      return add_line({line_.data(), static_cast<std::size_t>(end - line_.data()) - 1});
    }
    rows_.add(event);
    return take_row();
  }

  base::Status add_line(std::string_view line) override {
    const std::size_t row = batch_.add_row();
    batch_.set(record::kRaw, row, record::Value::string(batch_.own(line)));
    return take_row();
  }

  base::Status flush() override {
    LOGMILL_RETURN_IF_ERROR(write_batch());
    return sink_->flush();
  }

  base::Status close() override {
    LOGMILL_RETURN_IF_ERROR(write_batch());
    return sink_->close();
  }

  std::uint64_t bytes_out() const override { return sink_->bytes_out(); }

 private:
  void begin() {
    batch_.clear();
    batch_.range() = {.stream = stream_, .epoch = 0, .from = written_, .to = written_};
    if (!format_) rows_.begin(batch_);
  }

  base::Status take_row() {
    record::Range& range = batch_.range();
    if (range.named()) batch_.positions().push_back(static_cast<std::uint32_t>(range.to - range.from));
    ++range.to;
    ++written_;
    return batch_.rows() < kRows && !batch_.full() ? base::Status() : write_batch();
  }

  base::Status write_batch() {
    if (batch_.empty()) return {};
    const base::Status written = sink_->write(batch_);
    begin();
    return written;
  }

  std::unique_ptr<stream::Sink> sink_;
  std::unique_ptr<LineFormat> format_;
  record::StreamId stream_;
  generate::EventRows rows_;
  record::Batch batch_;
  std::vector<char> line_;
  std::uint64_t written_ = 0;
};

}  // namespace

base::Result<std::unique_ptr<Output>> open_batch_output(BatchOutputOptions options, cli::Io& io) {
  LOGMILL_ASSIGN_OR_RETURN(
      auto sink,
      stream::open_sink(options.endpoint, io.out, {.format = codec::Format::frames, .compress = options.compress}, io.stop, io.reporter));
  return std::unique_ptr<Output>(std::make_unique<BatchOutput>(std::move(sink), std::move(options)));
}

}  // namespace logmill::loggen
