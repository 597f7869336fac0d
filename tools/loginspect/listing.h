// The list of files, as a table of 80 columns or as JSON.
#pragma once

#include <string>
#include <string_view>

#include "loginspect/item.h"

namespace logmill::loginspect {

class Listing {
 public:
  enum class Form { table, json };
  enum class Zone { local, utc };
  Listing(Form form, Zone zone) : form_(form), zone_(zone) {}

  // Lines to print: a heading, one for each file, and the sum.
  std::string head() const;
  std::string line(std::string_view name, const Summary& summary);
  std::string total() const;

 private:
  std::string row(std::string_view name, const Summary& summary) const;
  std::string times(const Summary& summary) const;

  Form form_;
  Zone zone_;
  std::uint64_t files_ = 0;
  Summary sum_{};
};

}  // namespace logmill::loginspect
