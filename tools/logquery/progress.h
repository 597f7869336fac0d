// A bar on standard error, where that is a terminal.
#pragma once

#include <cstdint>
#include <string_view>

#include "cli/io.h"

namespace logmill::logquery {

class Progress {
 public:
  // Shows nothing in the first second, nor with --quiet.
  explicit Progress(cli::Io& io) : io_(io), shown_at_(io.clock.steady_ns()) {}
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  // Takes the bar away.
  ~Progress();

  // `text` stands behind the bar.
  void show(std::uint64_t done, std::uint64_t total, std::string_view text);

 private:
  cli::Io& io_;
  std::int64_t shown_at_;
  bool shown_ = false;
};

}  // namespace logmill::logquery
