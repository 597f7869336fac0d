// What is told when something has changed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "alert/setting.h"
#include "base/clock.h"

namespace logmill::alert {

struct Alert {
  Labels labels;
  double value = 0;
  base::TimeNs since = 0;  // firing
  std::string summary;
};

struct Notification {
  std::string rule;
  bool firing = true;        // else resolved
  std::uint64_t repeat = 0;  // how often it was told before
  base::TimeNs at = 0;
  Labels labels;  // that all of the alerts have
  std::vector<Alert> alerts;

  // The same for the same change, told by whatever run of the program.
  std::string key() const;
  std::string_view status() const { return firing ? "firing" : "resolved"; }
  std::string summary() const;
};

// One object, without a newline.
std::string to_json(const Notification& notification);

}  // namespace logmill::alert
