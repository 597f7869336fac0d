// The quotes, backslashes and control characters of the lines of a batch, found for many lines at once: no line has to be searched for
// one of them after the other, and where they are decides no branch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "text/byte_marks.h"

namespace logmill::parse {

class LineMarks {
 public:
  // Where the lines are that come now, most of them one behind the other: it stays as it is until the next call, with
  // Arena::kPadding bytes behind it that may be read.
  void begin(std::string_view text) {
    marks_.forget();
    ahead_ = text;
  }

  // Offsets from start(), in order: those in `line`, then what is not before its end, once at least. Four can be read behind the
  // first that is not in it. nullptr: nothing is known of the line. Valid until the next call.
  const std::uint32_t* of(std::string_view line) {
    if (!marks_.cover(line) && !look_ahead(line)) return nullptr;
    return marks_.from(line.data());
  }
  const char* start() const { return marks_.text(); }
  // The next line is behind this one.
  void go_on_from(const std::uint32_t* mark) { marks_.go_on_from(mark); }

 private:
  // At once: small enough that the text is still in the nearest cache when it is read. Of longer lines nothing is known.
  static constexpr std::size_t kAheadBytes = 16 << 10, kLineBytesMax = kAheadBytes / 4;

  // Only forwards: whatever the order of the lines, no byte is looked at much more than once.
  bool look_ahead(std::string_view line) {
    const char* const end = ahead_.data() + ahead_.size();
    if (line.size() > kLineBytesMax || line.data() < ahead_.data() || line.data() + line.size() > end) return false;
    ahead_.remove_prefix(static_cast<std::size_t>(line.data() - ahead_.data()));
    marks_.mark(ahead_.substr(0, kAheadBytes));
    return marks_.cover(line);
  }

  text::ByteMarks marks_{text::ByteMarks::Kind::json_strings};
  std::string_view ahead_;  // from what was marked last on
};

}  // namespace logmill::parse
