#include <functional>
#include <vector>

#include "loggen/output.h"
#include "sys/fd.h"

namespace logmill::loggen {

namespace {

// Written when so much has come together: few system calls, and it stays in the processor's cache.
constexpr std::size_t kWriteBytes = 128 << 10;

class TextOutput final : public Output {
 public:
  using Write = std::function<base::Status(std::string_view)>;

  TextOutput(Write write, std::unique_ptr<LineFormat> format)
      : write_(std::move(write)), format_(std::move(format)), buffer_(kWriteBytes + LineFormat::kBytesMax), next_(buffer_.data()) {}

  base::Status add(const generate::Event& event) override {
    next_ = format_->write(event, next_);
    return used() < kWriteBytes ? base::Status() : flush();
  }

  base::Status add_line(std::string_view line) override {
    if (line.size() + 1 > buffer_.size() - used()) {
      LOGMILL_RETURN_IF_ERROR(flush());
      if (line.size() + 1 > buffer_.size()) {
        buffer_.resize(line.size() + 1);
        next_ = buffer_.data();
      }
    }
    next_ = generate::write_text(line, next_);
    *next_++ = '\n';
    return used() < kWriteBytes ? base::Status() : flush();
  }

  base::Status flush() override {
    const std::string_view bytes(buffer_.data(), used());
    next_ = buffer_.data();
    bytes_out_ += bytes.size();
    return bytes.empty() ? base::Status() : write_(bytes);
  }

  base::Status close() override { return flush(); }
  std::uint64_t bytes_out() const override { return bytes_out_ + used(); }

 private:
  std::size_t used() const { return static_cast<std::size_t>(next_ - buffer_.data()); }

  Write write_;
  std::unique_ptr<LineFormat> format_;
  std::vector<char> buffer_;
  char* next_;
  std::uint64_t bytes_out_ = 0;
};

}  // namespace

base::Result<std::unique_ptr<Output>> open_text_output(std::string_view endpoint, std::unique_ptr<LineFormat> format, cli::Io& io) {
  TextOutput::Write write = [fd = io.out](std::string_view bytes) { return sys::write_all(fd, bytes); };
  if (endpoint != "-") {
    LOGMILL_ASSIGN_OR_RETURN(auto opened, io.files.open(std::string(endpoint), sys::OpenMode::append));
    // Shared because std::function is copied: it is the only owner.
    write = [file = std::shared_ptr<sys::File>(std::move(opened))](std::string_view bytes) { return file->append(bytes); };
  }
  return std::unique_ptr<Output>(std::make_unique<TextOutput>(std::move(write), std::move(format)));
}

}  // namespace logmill::loggen
