// The text of a time without its fraction, made once a second of log time and then copied.
#pragma once

#include <cstring>
#include <limits>
#include <string>

#include "base/clock.h"

namespace logmill::loggen {

class SecondText {
 public:
  static constexpr std::size_t kBytesMax = 64;
  // Appends the text of a whole second; at most kBytesMax bytes.
  using Append = void (*)(std::string& out, base::TimeNs second);

  explicit SecondText(Append append) : append_(append) {}

  // `time` is not before 1970.
  char* write(base::TimeNs time, char* to) {
    if (static_cast<std::uint64_t>(time - second_) >= static_cast<std::uint64_t>(base::kNsPerSecond)) update(time);
    std::memcpy(to, text_.data(), kBytesMax);  // a constant size costs less than the exact one
    return to + size_;
  }
  // Of the time given last.
  std::uint32_t microseconds(base::TimeNs time) const {
    return static_cast<std::uint32_t>(static_cast<std::uint64_t>(time - second_) / base::kNsPerUs);
  }

 private:
  void update(base::TimeNs time) {
    second_ = time - time % base::kNsPerSecond;
    text_.clear();
    append_(text_, second_);
    size_ = text_.size();
    text_.resize(kBytesMax);
  }

  Append append_;
  base::TimeNs second_ = std::numeric_limits<base::TimeNs>::min() / 2;
  std::string text_ = std::string(kBytesMax, ' ');
  std::size_t size_ = 0;
};

// "2026-11-21T10:15:00"
void append_iso_second(std::string& out, base::TimeNs second);
// "2026-11-21 10:15:00"
void append_java_second(std::string& out, base::TimeNs second);
// "21/Nov/2026:10:15:00 +0000"
void append_clf_second(std::string& out, base::TimeNs second);
// "Nov 21 10:15:00"
void append_bsd_second(std::string& out, base::TimeNs second);

}  // namespace logmill::loggen
