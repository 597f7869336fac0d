// Numbers that are drawn anew on a terminal as they change.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "sys/fd.h"

namespace logmill::logquery {

// Which lines stay where not all have room.
enum class Keep { first, last };

// What is written to draw `text` from the upper left corner: the head line and as many others as a terminal of this size shows, a note in
// place of those that it does not, and nothing else behind. Lines that are too wide end at the edge.
std::string drawn(std::string_view text, sys::TerminalSize size, Keep keep);

class LiveScreen {
 public:
  LiveScreen(int out, Keep keep) : out_(out), keep_(keep) {}

  base::Status draw(std::string_view text);
  // Whether the terminal was made larger or smaller since.
  bool resized() const;

 private:
  int out_;
  Keep keep_;
  sys::TerminalSize size_;  // as drawn; zeros: not yet
};

}  // namespace logmill::logquery
