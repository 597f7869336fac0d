#include "query/pipeline/workspace.h"

#include "text/units.h"

namespace logmill::query {

Workspace& Workspace::unbounded() {
  static Workspace workspace;  // never changes: nothing is counted without a bound
  return workspace;
}

base::Error Workspace::exceeded_by(std::string_view what) const {
  return {base::ErrorCode::too_large, std::string(what) + ": holds more than fits into --memory: " + text::format_size(bytes_max_) +
                                          " for what stages hold; give it more, or narrow the query"};
}

void Workspace::Share::set(std::uint64_t bytes) {
  if (!workspace_->bounded() || bytes == bytes_) return;
  workspace_->used_.fetch_add(bytes - bytes_, std::memory_order_relaxed);
  bytes_ = bytes;
}

base::Status Workspace::Share::hold(std::uint64_t bytes, std::string_view what) {
  set(bytes);
  return workspace_->exceeded() ? base::Status(workspace_->exceeded_by(what)) : base::Status{};
}

}  // namespace logmill::query
