// A descriptor or a file as a source of records.
#include <algorithm>
#include <optional>

#include "codec/reader.h"
#include "stream/byte_input.h"
#include "stream/endpoints.h"
#include "stream/sieved_input.h"
#include "sys/fd.h"

namespace logmill::stream {
namespace {

class FdSource final : public Source, private TextBehind {
 public:
  FdSource(sys::Fd owned, int fd, std::string name, const SourceOptions& options, sys::Stop& stop, base::Reporter& reporter)
      : owned_(std::move(owned)),
        input_(options.feed ? ByteInput(*options.feed, std::move(name), stop) : ByteInput(fd, std::move(name), stop)),
        options_(options),
        reporter_(reporter),
        format_(options.format) {
    if (!options.feed) sys::widen_pipe(fd);
  }

  base::Result<Pull> next(record::Batch& batch) override {
    batch.clear();
    if (!reader_) {
      LOGMILL_ASSIGN_OR_RETURN(const Arrival arrival, choose_reader());
      if (arrival != Arrival::bytes) return arrival == Arrival::end ? Pull::end : Pull::stopped;
    }
    reader_->begin(batch);
    auto pull = fill(batch);
    reader_->end(batch);
    return pull;
  }

  bool ready() override { return (reader_ && reader_->has_input()) || failure_ || ended_ || (sieved_ ? sieved_->ready() : input_.ready()); }
  bool ended_orderly() const override { return !reader_ || reader_->ended_orderly(); }
  std::uint64_t bytes_in() const override { return input_.bytes_in(); }
  std::uint64_t empty_lines() const override { return reader_ ? reader_->empty_lines() : 0; }
  codec::Format format() const override { return format_; }
  bool past_head() const override { return past_head_; }
  std::uint64_t bytes_skipped() const override { return sieved_ ? sieved_->bytes_skipped() : 0; }
  TextBehind* text_behind() override { return sieved_ && !ended_ && !reader_->has_input() ? this : nullptr; }

 private:
  base::Result<Arrival> choose_reader() {
    std::string_view head;
    LOGMILL_ASSIGN_OR_RETURN(const Arrival arrival, input_.peek(head));
    if (arrival == Arrival::stopped) return arrival;
    if (arrival == Arrival::end && options_.format == codec::Format::automatic) return arrival;
    if (format_ == codec::Format::automatic) format_ = codec::detect_format(head);
    // An object over several lines is one event; logparse reads it.
    if (options_.joiner && options_.format == codec::Format::automatic && format_ == codec::Format::ndjson) format_ = codec::Format::raw;
    reader_ = codec::make_reader({.format = format_, .line_bytes_max = options_.line_bytes_max, .joiner = options_.joiner}, reporter_);
    has_head_ = (options_.sieve != nullptr || options_.tells_head) && format_ != codec::Format::frames;
    return Arrival::bytes;
  }

  ByteInput& input() override { return input_; }

  void take(record::Batch& batch, std::string_view& text) override {
    batch.clear();
    reader_->begin(batch);
    while (reader_->decode(batch, codec::InputEnd::no) == codec::Decoded::needs_input && !text.empty()) {
      const auto room = reader_->room(batch);
      const std::size_t size = text.copy(room.data(), room.size());
      reader_->added(batch, size);
      text.remove_prefix(size);
    }
    reader_->end(batch);
  }

  std::unique_ptr<codec::Reader> another_reader(base::Reporter& reporter, const record::AskedFields& asked) const override {
    return reader_->another_behind(reporter, asked);
  }

  base::Result<Pull> fill(record::Batch& batch) {
    while (true) {
      const auto input_end = ended_ ? codec::InputEnd::yes : codec::InputEnd::no;
      if (reader_->decode(batch, input_end) == codec::Decoded::batch_ready) return Pull::batch;
      if (!batch.empty() && !ready()) return Pull::batch;
      if (has_head_ && !past_head_ && head_bytes_ == kUnsievedBytes) {
        past_head_ = true;
        if (options_.sieve != nullptr) sift();
        return Pull::batch;
      }
      if (ended_) return batch.empty() ? last_word() : Pull::batch;
      if (reader_->holds_event()) {
        LOGMILL_ASSIGN_OR_RETURN(const bool came, input_.wait(options_.joiner_timeout_ns));
        if (!came) reader_->decode(batch, codec::InputEnd::pause);
        if (!batch.empty()) return Pull::batch;
      }
      const auto arrival = read_more(batch);
      if (arrival == Arrival::stopped) {
        if (reader_->holds_event()) reader_->decode(batch, codec::InputEnd::pause);
        return batch.empty() ? Pull::stopped : Pull::batch;
      }
      ended_ = arrival == Arrival::end;
    }
  }

  void sift() {
    sieved_.emplace(input_, *options_.sieve);
    reader_->lines_are_left_out();
  }

  // An error ends the input, but what was read before it is handed out first.
  Arrival read_more(record::Batch& batch) {
    std::size_t size = 0;
    auto arrival = sieved_ ? sieved_->read(reader_->room(batch), size) : read_plainly(reader_->room(batch), size);
    if (arrival && *arrival == Arrival::bytes) reader_->added(batch, size);
    if (arrival) return *arrival;
    failure_ = std::move(arrival).error();
    return Arrival::end;
  }

  base::Result<Arrival> read_plainly(std::span<char> room, std::size_t& size) {
    if (!has_head_ || past_head_) return input_.read(room, size);
    auto arrival = input_.read(room.first(std::min(room.size(), kUnsievedBytes - head_bytes_)), size);
    if (arrival && *arrival == Arrival::bytes) head_bytes_ += size;
    return arrival;
  }

  base::Result<Pull> last_word() {
    if (failure_) return *failure_;
    return Pull::end;
  }

  sys::Fd owned_;
  ByteInput input_;
  const SourceOptions options_;
  base::Reporter& reporter_;
  codec::Format format_;
  std::unique_ptr<codec::Reader> reader_;
  std::optional<base::Error> failure_;
  bool ended_ = false;
  bool has_head_ = false, past_head_ = false;
  std::size_t head_bytes_ = 0;         // of what is read of it
  std::optional<SievedInput> sieved_;  // from behind it on
};

}  // namespace

base::Result<std::unique_ptr<Source>> open_fd_source(std::string_view address, int input_fd, const SourceOptions& options, sys::Stop& stop,
                                                     base::Reporter& reporter) {
  sys::Fd file;
  std::string name = "standard input";
  if (address != "-") {
    name = address;
    if (!options.feed) {
      LOGMILL_ASSIGN_OR_RETURN(file, sys::open_for_reading(name));
    }
  }
  const int fd = file.valid() ? file.get() : input_fd;
  return std::unique_ptr<Source>(std::make_unique<FdSource>(std::move(file), fd, std::move(name), options, stop, reporter));
}

}  // namespace logmill::stream
