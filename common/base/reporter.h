// Where code below `cli` sends what a person should know. It never prints by itself.
#pragma once

#include <string_view>

namespace logmill::base {

class Reporter {
 public:
  virtual ~Reporter() = default;

  // Something was wrong, and work goes on: a bad record skipped, a peer gone. `text` is
  // "what: cause", one line without a program name. An implementation may limit the rate; it then
  // says how many similar ones (same `kind`) were suppressed. `kind` is a short constant:
  // "bad_record".
  virtual void warn(std::string_view kind, std::string_view text) = 0;

  // Progress that only --verbose shows.
  virtual void info(std::string_view text) = 0;
};

// Swallows everything.
Reporter& null_reporter();

}  // namespace logmill::base
