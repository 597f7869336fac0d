// Cuts what a foreign sender writes into lines: ended by LF, or syslog with a count before each
// message (RFC 6587). No I/O.
//
// Counting is assumed only if the first bytes are "N <P>": 1 to 7 digits that begin with none zero,
// a space, and a syslog priority. The decision holds for the connection. If a later message does
// not begin so, the sender is out of step: that is counted, and lines it is from there on. Inside
// an over-long message nothing is looked for: its bytes are skipped by count.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace logmill::transport {

class LineFraming {
 public:
  // Longer lines are handed over in pieces of this size, longer counted messages lose their end;
  // both are marked.
  explicit LineFraming(std::size_t line_bytes_max) : line_bytes_max_(line_bytes_max) {}

  enum class Mode { undecided, lines, counted };
  struct Line {
    std::string_view bytes;  // without LF or CR LF; valid until the next call of anything
    bool cut = false;        // not all of it, or a part of a longer one
  };

  void append(std::string_view bytes) { buffer_.append(bytes); }
  // No more will come: what is left without a line end is a line too.
  void finish() { finished_ = true; }
  // nullopt: more bytes are needed. Empty lines are skipped.
  std::optional<Line> next();

  Mode mode() const { return mode_; }
  std::uint64_t framing_errors() const { return framing_errors_; }
  // Held and not handed over: never more than the longest line and what was appended last.
  std::size_t bytes_held() const { return buffer_.size() - start_; }

 private:
  struct Count {
    enum class Is { no, perhaps, yes } is;
    std::size_t head_bytes = 0;     // digits and space
    std::size_t message_bytes = 0;  // what they announce
  };
  Count read_count() const;
  std::optional<Line> next_line();
  std::optional<Line> next_counted();
  std::string_view rest() const { return std::string_view(buffer_).substr(start_); }
  Line take(std::size_t bytes, std::size_t skipped, bool cut);
  void drop_used();

  std::size_t line_bytes_max_;
  Mode mode_ = Mode::undecided;
  std::string buffer_;
  std::size_t start_ = 0;     // in the buffer: what is before was handed over
  std::uint64_t skip_ = 0;    // of an over-long counted message
  bool within_line_ = false;  // the last piece did not end its line
  bool finished_ = false;
  std::uint64_t framing_errors_ = 0;
};

}  // namespace logmill::transport
