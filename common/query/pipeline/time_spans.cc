#include "query/pipeline/time_spans.h"

namespace logmill::query {

base::TimeNs start_of_span(base::TimeNs time, std::int64_t span_ns) {
  const std::int64_t into = time % span_ns;
  return time - (into < 0 ? into + span_ns : into);
}

base::Result<std::map<base::TimeNs, std::vector<std::uint32_t>>> rows_by_span(const Rows& rows, std::int64_t span_ns) {
  LOGMILL_ASSIGN_OR_RETURN(const auto times, rows.table.times());
  std::map<base::TimeNs, std::vector<std::uint32_t>> spans;
  for (const std::uint32_t row : rows.selected)
    if (times[row] >= 0) spans[start_of_span(times[row], span_ns)].push_back(row);
  return spans;
}

}  // namespace logmill::query
