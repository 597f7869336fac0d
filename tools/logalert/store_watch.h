// Gives an engine the records of a store, in parts of their times, and goes on with what comes into it.
#pragma once

#include <optional>
#include <string>

#include "alert/delivery.h"
#include "alert/engine.h"
#include "cli/io.h"
#include "logalert/clock_watch.h"
#include "logalert/metrics.h"
#include "query/query.h"
#include "query/scan/hidden_rows.h"
#include "query/scan/store_scan.h"
#include "store/store_view.h"

namespace logmill::logalert {

// Thread-compatible.
class StoreWatch {
 public:
  // All must outlive it. Records before `since` are not read.
  StoreWatch(const std::string& dir, base::TimeNs since, alert::Engine& engine, alert::Delivery& delivery, Metrics& metrics,
             alert::Room& room, cli::Io& io);

  // Judges up to `until`, from what is there now.
  base::Status catch_up(base::TimeNs until);
  // Until a stop is requested; after `catch_up`. Ticks are judged `wait_ns` after they are over. Returns at once when a reload is wanted.
  base::Status follow(std::int64_t wait_ns);

  const query::ScanCounts& counts() const { return counts_; }

 private:
  // Records of [from, to) of what was found, to all inputs.
  base::Status give(base::TimeNs from, base::TimeNs to);
  base::Status look();
  // Segments of before are not looked at; all others are new.
  void see_from(base::TimeNs since);
  // How long there is nothing to do.
  int pause_ms(std::int64_t wait_ns) const;

  alert::Engine& engine_;
  alert::Delivery& delivery_;
  Metrics& metrics_;
  alert::Room& room_;
  cli::Io& io_;
  ClockWatch clock_;
  const std::string dir_;
  std::optional<store::StoreView> view_;
  std::vector<store::StoreView::News> news_;
  query::HiddenRows hidden_;
  base::TimeNs given_;  // all before was given
  query::ScanCounts counts_;
};

}  // namespace logmill::logalert
