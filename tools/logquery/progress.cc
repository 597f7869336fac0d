#include "logquery/progress.h"

#include <algorithm>
#include <string>

#include "sys/fd.h"

namespace logmill::logquery {
namespace {

constexpr std::int64_t kFirstAfterNs = 1'000'000'000;
constexpr std::int64_t kIntervalNs = 200'000'000;
constexpr std::size_t kWidth = 30;
constexpr std::string_view kClearLine = "\r\x1b[K";

}  // namespace

void Progress::show(std::uint64_t done, std::uint64_t total, std::string_view text) {
  if (!io_.err_is_terminal || io_.quiet || total == 0) return;
  const std::int64_t now = io_.clock.steady_ns();
  if (now - shown_at_ < (shown_ ? kIntervalNs : kFirstAfterNs)) return;
  shown_at_ = now;
  shown_ = true;
  const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
  const auto full = static_cast<std::size_t>(share * kWidth);
  std::string line(kClearLine);
  for (std::size_t i = 0; i < kWidth; ++i) line += i < full ? "█" : "░";
  line += " " + std::to_string(static_cast<int>(share * 100)) + " % ";
  // A bar that cannot be drawn is no reason to stop.
  static_cast<void>(sys::write_all(io_.err, line.append(text)));
}

Progress::~Progress() {
  if (shown_) static_cast<void>(sys::write_all(io_.err, kClearLine));
}

}  // namespace logmill::logquery
