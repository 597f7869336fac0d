#include "query/pipeline/time_order.h"

#include <limits>

#include "query/table/table_view.h"
#include "record/fields.h"

namespace logmill::query {
namespace {

// No record has a field of this name.
const std::vector<std::string> kSequence = {std::string("\0sequence", 9)};

// Takes off what was added for sorting.
class WithoutSequence : public PipeStage {
 public:
  using PipeStage::PipeStage;
  base::Status push(const Rows& rows) override {
    Without view(rows.table, kSequence);
    return next().push({view, rows.selected});
  }
};

}  // namespace

base::Status TimeOrder::add(const Rows& rows, std::size_t sequence) {
  if (sorter_) return sort(rows, sequence);
  LOGMILL_RETURN_IF_ERROR(held_.add(rows, sequence));
  share_.set(held_.memory_bytes());
  if (!workspace_.exceeded() || share_.bytes() < workspace_.worth_spilling()) return {};
  sorter_.emplace(std::vector<SortKey>{{.field = std::string(record::kTimestamp)}, {.field = kSequence[0]}}, workspace_);
  LOGMILL_RETURN_IF_ERROR(held_.hand_over([this](const Rows& of, std::size_t number) { return sort(of, number); }));
  share_.set(0);
  return {};
}

base::Status TimeOrder::sort(const Rows& rows, std::size_t sequence) {
  const std::vector<Extended::Field> fields = {
      {kSequence[0], std::vector<record::Value>(rows.table.rows(), record::Value::integer(static_cast<std::int64_t>(sequence)))}};
  Extended view(rows.table, fields);
  return sorter_->add({view, rows.selected});
}

base::Status TimeOrder::release_before(base::TimeNs time) {
  if (sorter_ || held_.empty()) return {};
  LOGMILL_RETURN_IF_ERROR(held_.release(time, [this](const Rows& rows) { return next_.satisfied() ? base::Status{} : next_.push(rows); }));
  share_.set(held_.memory_bytes());
  return {};
}

base::Status TimeOrder::release_all() {
  if (!sorter_) return release_before(std::numeric_limits<base::TimeNs>::max());
  WithoutSequence all(next_);
  return sorter_->release(all);
}

}  // namespace logmill::query
