#include "codec/writer.h"
#include "logship/feed.h"
#include "logship/frame_queue.h"

namespace logmill::logship {
namespace {

// Frames ready to be sent while the window is full: enough to keep the link busy.
constexpr std::uint64_t kQueueBytes = 4 << 20;

class MemoryFeed final : public Feed {
 public:
  MemoryFeed(InputReader& input, record::Overload& overload, codec::Compress compress)
      : input_(input), overload_(overload), encoder_(codec::make_writer(codec::Format::frames, compress)), queue_(kQueueBytes) {}

  void read_all() override {
    outcome_ = encode_all();
    queue_.close();
  }

  base::Result<std::optional<transport::LinkSender::Frame>> pop() override {
    auto frame = queue_.pop();
    if (frame) records_in_ += frame->records;
    return frame;
  }
  bool finished() override { return queue_.finished(); }
  void acknowledged() override { input_.release(1); }
  int wake_fd() const override { return queue_.wake_fd(); }
  void abandon() override { queue_.abandon(); }
  void count(cli::Counters& counters) const override {
    // What is told of losses is counted as come in here.
    counters.records_in = records_in_ + overload_.dropped();
    count_dropped(counters, "overload", overload_.dropped());
  }
  base::Status close() override { return outcome_; }

 private:
  base::Status encode_all() {
    record::Batch batch;
    while (true) {
      LOGMILL_ASSIGN_OR_RETURN(const stream::Pull pull, input_.next(batch));
      if (pull != stream::Pull::batch) return {};
      overload_.relieve(batch, queue_.fill());
      transport::LinkSender::Frame frame;
      LOGMILL_RETURN_IF_ERROR(encoder_->append(batch, frame.bytes));
      frame.range = batch.range();
      frame.records = batch.rows();
      if (!queue_.push(std::move(frame))) return {};
    }
  }

  InputReader& input_;
  record::Overload& overload_;              // the reader's, but for its counts
  std::unique_ptr<codec::Writer> encoder_;  // the reader's
  base::Status outcome_;                    // the reader's, until it ended
  FrameQueue queue_;
  std::uint64_t records_in_ = 0;  // the sender's
};

}  // namespace

std::unique_ptr<Feed> make_memory_feed(const Logship::Options& options, InputReader& input, record::Overload& overload) {
  return std::make_unique<MemoryFeed>(input, overload, options.compress ? codec::Compress::yes : codec::Compress::no);
}

}  // namespace logmill::logship
