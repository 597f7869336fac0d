// A bar on standard error, where that is a terminal.
#pragma once

#include <cstdint>
#include <string_view>

#include "cli/io.h"

namespace logmill::logquery {

class Progress {
 public:
  // Shows nothing in the first second, nor with --quiet.
  explicit Progress(cli::Io& io) : io_(io), started_at_(io.clock.steady_ns()), shown_at_(started_at_) {}
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  // Takes the bar away.
  ~Progress();

  // `text` stands behind the bar, and how long it will still take. All of it stays on one line.
  void show(std::uint64_t done, std::uint64_t total, std::string_view text);

 private:
  cli::Io& io_;
  const std::int64_t started_at_;
  std::int64_t shown_at_;
  bool shown_ = false;
};

}  // namespace logmill::logquery
