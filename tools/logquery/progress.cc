#include "logquery/progress.h"

#include <algorithm>
#include <string>

#include "sys/fd.h"
#include "text/display_width.h"
#include "text/units.h"

namespace logmill::logquery {
namespace {

constexpr std::int64_t kFirstAfterNs = 1'000'000'000;
constexpr std::int64_t kIntervalNs = 200'000'000;
constexpr std::size_t kWidth = 30;
constexpr std::string_view kClearLine = "\r\x1b[K";

// As exactly as anybody can know it.
std::string time_left(double ns) {
  constexpr std::int64_t kMinute = 60;
  const auto seconds = static_cast<std::int64_t>(ns / base::kNsPerSecond + 0.999);
  return seconds < 2 * kMinute ? std::to_string(seconds) + " s" : std::to_string((seconds + kMinute / 2) / kMinute) + " min";
}

}  // namespace

void Progress::show(std::uint64_t done, std::uint64_t total, std::string_view text) {
  if (!io_.err_is_terminal || io_.quiet || total == 0) return;
  const std::int64_t now = io_.clock.steady_ns();
  if (now - shown_at_ < (shown_ ? kIntervalNs : kFirstAfterNs)) return;
  shown_at_ = now;
  shown_ = true;
  const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
  std::string words = " " + std::to_string(static_cast<int>(share * 100)) + " % ";
  words += text;
  if (done > 0 && done < total) words += ", " + time_left(static_cast<double>(now - started_at_) * (1 - share) / share) + " left";
  // A line that is broken could not be taken away.
  const std::size_t columns = sys::terminal_columns(io_.err);
  if (columns > 0) words.resize(text::prefix_of_width(words, columns - 1));
  const std::size_t width = columns > 0 ? std::min(kWidth, columns - 1 - text::display_width(words)) : kWidth;
  const auto full = static_cast<std::size_t>(share * static_cast<double>(width));
  std::string line(kClearLine);
  for (std::size_t i = 0; i < width; ++i) line += i < full ? "█" : "░";
  line += words;
  // A bar that cannot be drawn is no reason to stop.
  static_cast<void>(sys::write_all(io_.err, line));
}

Progress::~Progress() {
  if (shown_) static_cast<void>(sys::write_all(io_.err, kClearLine));
}

}  // namespace logmill::logquery
