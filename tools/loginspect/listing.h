// The list of files, as a table or as JSON.
#pragma once

#include <string>
#include <string_view>

#include "loginspect/item.h"
#include "loginspect/table.h"

namespace logmill::loginspect {

class Listing {
 public:
  enum class Zone { local, utc };
  // What does not fit `columns` is left out: first the raw size, then the state. 0: all is shown.
  Listing(Zone zone, query::Style style, std::size_t columns) : zone_(zone), style_(style), columns_(columns) {}

  void add(std::string name, const Summary& summary);
  // Heading, files, and their sum.
  std::string text() const;

 private:
  struct Line {
    std::string name;
    Summary summary;
  };
  std::vector<Table::Cell> cells(const Line& line, bool with_state, bool with_raw) const;
  std::string table(bool with_state, bool with_raw) const;
  std::string times(const Summary& summary) const;
  Line total() const;

  Zone zone_;
  query::Style style_;
  std::size_t columns_;
  std::vector<Line> lines_;
};

// One file as a line of JSON.
std::string summary_json(std::string_view name, const Summary& summary);

}  // namespace logmill::loginspect
