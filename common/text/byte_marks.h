// Where bytes of a few kinds stand in a text, in their order, found for many lines at once: the ends of lines, or where JSON strings may
// begin and end. To step over a string or a line takes one step over its end then, however long it is, and where the next one stands is
// known before this one was looked at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace logmill::text {

class ByteMarks {
 public:
  enum class Kind : std::uint8_t {
    json_strings,  // quotes, backslashes and control characters, line ends among them
    line_ends,
  };
  // Behind the last mark the end of the text stands so often.
  static constexpr std::size_t kSentinels = 4;

  // As where the processor compares at most so many bytes at once; for tests of what others run.
  explicit ByteMarks(Kind kind, std::size_t vector_bytes_max = 64) : kind_(kind), vector_bytes_max_(vector_bytes_max) {}

  // The text has to stay as it is until the next call. Arena::kPadding bytes behind it are looked at.
  void mark(std::string_view text);
  // Whether `text` is part of what was marked.
  bool cover(std::string_view text) const {
    return text.data() >= text_.data() && text.data() + text.size() <= text_.data() + text_.size() && !text.empty();
  }
  // Nothing is marked any more; gives back what texts far longer than usual needed.
  void forget();

  // Offsets are of this.
  const char* text() const { return text_.data(); }
  // The first mark that is not before `at`, which is in the text or at its end. The nearer to the last answer the faster.
  const std::uint32_t* from(const char* at) {
    const auto offset = static_cast<std::uint32_t>(at - text_.data());
    while (next_ != marks_.get() && next_[-1] >= offset) --next_;
    while (*next_ < offset) ++next_;
    return next_;
  }
  // So far they are done with.
  void go_on_from(const std::uint32_t* mark) { next_ = mark; }

 private:
  void reserve(std::size_t bytes);

  std::string_view text_;
  std::unique_ptr<std::uint32_t[]> marks_;
  std::size_t capacity_ = 0;  // in bytes of text
  const std::uint32_t* next_ = nullptr;
  Kind kind_;
  std::size_t vector_bytes_max_;
};

}  // namespace logmill::text
