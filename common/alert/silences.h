// Who is not to be told of what for a while: filters over the labels of series, and their rule.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "alert/setting.h"
#include "alert/state_file.h"
#include "query/filter/filter.h"

namespace logmill::alert {

// A filter of logquery-syntax(7). Fails with invalid, pointing at the place.
base::Result<query::Filter> parse_silence(std::string_view filter);

// Thread-compatible.
class Silences {
 public:
  // Those that the state has.
  static base::Result<Silences> load(StateFile& state);
  bool cover(std::string_view rule, const Labels& labels, base::TimeNs at) const;

 private:
  struct Entry {
    query::Filter filter;
    base::TimeNs starts, ends;
  };
  std::vector<Entry> entries_;
};

}  // namespace logmill::alert
