// Where text for people goes: to the descriptor, or, when it is a terminal and more comes than fits
// its screen, to a pager.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sys/pager.h"

namespace logmill::logquery {

class Screen {
 public:
  // An empty `pager` is none.
  Screen(int out, std::string pager) : out_(out), command_(std::move(pager)) {}
  // Collects there instead.
  explicit Screen(std::string& into) : into_(&into) {}

  base::Status write(std::string_view bytes);
  // What was held back to see whether it fits.
  base::Status finish();

 private:
  bool fits() const;

  std::string* into_ = nullptr;
  int out_ = -1;
  std::string command_;
  std::string held_;
  std::optional<sys::Pager> pager_;
};

// Lines that `text` takes on a terminal of this width; colours take no place.
std::size_t lines_on_terminal(std::string_view text, std::size_t columns);

}  // namespace logmill::logquery
