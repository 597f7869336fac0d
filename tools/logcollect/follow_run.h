// Reads a feed and waits for more of it.
#pragma once

#include <cstdint>

#include "logcollect/feed.h"
#include "logcollect/logcollect.h"
#include "logcollect/outlet.h"

namespace logmill::logcollect {

class FollowRun {
 public:
  // All must outlive it.
  FollowRun(const Logcollect::Options& options, cli::Io& io, Feed& feed, Outlet& outlet)
      : options_(options), io_(io), feed_(feed), outlet_(outlet) {}

  // Until all is read (once) or a stop is requested.
  base::Status run();

 private:
  base::Status take_changes();
  void look_at_everything();
  std::int64_t look_interval() const;
  void read_between();
  base::Status wait();

  const Logcollect::Options& options_;
  cli::Io& io_;
  Feed& feed_;
  Outlet& outlet_;
  record::Batch batch_;
  std::int64_t last_look_ = 0, next_look_ = 0;
  base::Status status_between_;
  bool look_again_ = false;
};

}  // namespace logmill::logcollect
