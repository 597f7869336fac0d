// A descriptor or a file as the end of records.
#include "codec/writer.h"
#include "stream/endpoints.h"
#include "sys/fd.h"

namespace logmill::stream {
namespace {

// Of one write: a few system calls a megabyte, and still in the cache of the reader's core.
constexpr std::size_t kBufferBytes = 256 << 10;

class FdSink final : public Sink {
 public:
  FdSink(sys::Fd owned, int fd, std::string name, const SinkOptions& options)
      : owned_(std::move(owned)),
        fd_(fd),
        name_(std::move(name)),
        writer_(codec::make_writer(options.format, options.compress ? codec::Compress::yes : codec::Compress::no)) {
    sys::widen_pipe(fd_);
  }

  base::Status write(const record::Batch& batch) override {
    LOGMILL_RETURN_IF_ERROR(writer_->append(batch, buffer_));
    return buffer_.size() >= kBufferBytes ? flush() : base::Status{};
  }

  base::Status flush() override {
    auto status = sys::write_all(fd_, buffer_);
    if (status) bytes_out_ += buffer_.size();
    // After an error nobody knows how much of it is out: writing it again would repeat records.
    buffer_.clear();
    // Programs know a closed pipe by these words alone.
    if (status || status.error().what == sys::kBrokenPipe) return status;
    return std::move(status).error().with_context(name_);
  }

  base::Status close() override {
    writer_->append_end(buffer_);
    return flush();
  }

  std::uint64_t bytes_out() const override { return bytes_out_; }

 private:
  sys::Fd owned_;
  const int fd_;
  const std::string name_;
  std::unique_ptr<codec::Writer> writer_;
  std::string buffer_;
  std::uint64_t bytes_out_ = 0;
};

}  // namespace

base::Result<std::unique_ptr<Sink>> open_fd_sink(std::string_view address, int output_fd, const SinkOptions& options, sys::Stop&,
                                                 base::Reporter&) {
  sys::Fd file;
  std::string name = "standard output";
  if (address != "-") {
    name = address;
    LOGMILL_ASSIGN_OR_RETURN(file, sys::open_for_appending(name));
  }
  const int fd = file.valid() ? file.get() : output_fd;
  return std::unique_ptr<Sink>(std::make_unique<FdSink>(std::move(file), fd, std::move(name), options));
}

}  // namespace logmill::stream
