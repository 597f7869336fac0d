#include "logquery/windows.h"

#include "query/pipeline/time_spans.h"

namespace logmill::logquery {
base::Status Windows::push(const query::Rows& rows) {
  LOGMILL_ASSIGN_OR_RETURN(const auto parts, query::rows_by_span(rows, span_ns_));
  for (const auto& [start, selected] : parts) LOGMILL_RETURN_IF_ERROR(window_at(start).stages->push_selected({rows.table, selected}));
  return {};
}

Windows::Window& Windows::window_at(base::TimeNs start) {
  Window& window = open_[start];
  if (!window.stages) {
    window.last = std::make_unique<Showing>(output_);
    window.stages = std::make_unique<query::Pipeline>(query_, *window.last, workspace_);
  }
  return window;
}

base::Status Windows::show_ended(base::TimeNs now) {
  while (!open_.empty() && open_.begin()->first <= now - span_ns_) {
    LOGMILL_RETURN_IF_ERROR(open_.begin()->second.stages->finish());
    open_.erase(open_.begin());
  }
  return output_.flush();
}

base::Status Windows::finish() {
  for (auto& [start, window] : open_) LOGMILL_RETURN_IF_ERROR(window.stages->finish());
  open_.clear();
  return output_.finish();
}

}  // namespace logmill::logquery
