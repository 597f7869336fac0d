#include "query/pipeline/row_sorter.h"

#include <algorithm>

#include "query/table/table_view.h"

namespace logmill::query {
namespace {

// Rows next to one another in memory are printed in half the time; and what the next stage makes of them stays small.
constexpr std::size_t kRowsAtOnce = 4096;

}  // namespace

base::Status RowSorter::add(const Rows& rows) {
  // A block of long texts, whole, may be more than there is memory.
  const std::size_t at_once = workspace_.bounded() ? kRowsAtOnce : rows.selected.size();
  std::span<const std::uint32_t> rest = rows.selected;
  do {
    const Rows some{rows.table, rest.first(std::min(rest.size(), at_once))};
    LOGMILL_RETURN_IF_ERROR(limit_memory(held_.growth_bytes(some.selected.size())));
    LOGMILL_RETURN_IF_ERROR(held_.add(some));
    share_.set(held_.memory_bytes());
    LOGMILL_RETURN_IF_ERROR(limit_memory(0));
    rest = rest.subspan(some.selected.size());
  } while (!rest.empty());
  return {};
}

base::Status RowSorter::limit_memory(std::uint64_t growth_bytes) {
  return workspace_.exceeded_with(growth_bytes) && share_.bytes() >= workspace_.worth_spilling() ? spill() : base::Status{};
}

base::Status RowSorter::spill() {
  LOGMILL_RETURN_IF_ERROR(runs_.begin());
  LOGMILL_RETURN_IF_ERROR(runs_.append(held_.batch(), sorted_rows(held_.batch(), runs_.keys())));
  LOGMILL_RETURN_IF_ERROR(runs_.end());
  held_ = HeldRows(std::move(held_).names());
  share_.set(0);
  return {};
}

base::Status RowSorter::give(const record::Batch& rows, Stage& next) {
  BatchTable table(rows);
  Projection projection(table, held_.names());
  return next.push({projection, all_rows(rows.rows())});
}

base::Status RowSorter::release(Stage& next) {
  if (!runs_.empty()) {
    if (held_.size() > 0) LOGMILL_RETURN_IF_ERROR(spill());
    const auto use = [&](const record::Batch& batch) -> base::Result<bool> {
      LOGMILL_RETURN_IF_ERROR(give(batch, next));
      return !next.satisfied();
    };
    return runs_.merge(use);
  }
  const std::vector<std::uint32_t> order = sorted_rows(held_.batch(), runs_.keys());
  std::span<const std::uint32_t> rest = order;
  do {
    record::Batch rows;
    const auto first = rest.first(std::min(rest.size(), kRowsAtOnce));
    take_rows(held_.batch(), first, rows);
    LOGMILL_RETURN_IF_ERROR(give(rows, next));
    rest = rest.subspan(first.size());
  } while (!rest.empty() && !next.satisfied());
  return {};
}

}  // namespace logmill::query
