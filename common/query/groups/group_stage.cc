#include "query/groups/group_stage.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "query/groups/group_rows.h"
#include "query/groups/group_table.h"
#include "query/groups/spilled_groups.h"
#include "query/pipeline/held_rows.h"
#include "query/pipeline/row_sorter.h"
#include "query/table/value_order.h"
#include "record/fields.h"
#include "sys/heap.h"

namespace logmill::query {
namespace {

// A chart of more spans than this is not filled: nobody reads it, and a single wrong time would
// make it endless.
constexpr std::int64_t kFilledSpansMax = 10'000;
// Of a group that was made to fill a gap, about.
constexpr std::size_t kFilledGroupBytes = 64;
// What sorting takes for each group: its number, twice, and its result.
constexpr std::size_t kSortedGroupBytes = 2 * sizeof(std::uint32_t) + sizeof(record::Value);
// What groups hold is summed up again after as many rows as a part of the groups: the sum goes through all of them.
constexpr std::size_t kGroupsPerSummedRow = 8;
// Added at once where memory is bounded: to begin with, and at least.
constexpr std::size_t kFirstRows = 4096, kRowsAtOnceMin = 1024;

// Names the query that a state belongs to.
constexpr std::string_view kPartialField = "partial";
constexpr std::size_t kSavedRows = 256;
constexpr std::size_t kResultRowsAtOnce = 4096;

class GroupStage : public PipeStage {
 public:
  GroupStage(const GroupPlan& plan, std::string text, Stage& next, Workspace& workspace)
      : PipeStage(next),
        plan_(plan),
        text_(std::move(text)),
        workspace_(workspace),
        share_(workspace),
        table_(std::make_unique<GroupTable>(plan.calls, plan.keys)),
        spilled_(plan, workspace) {}

  bool satisfied() const override { return false; }

  base::Status push(const Rows& rows) override {
    for (std::span<const std::uint32_t> rest = rows.selected; !rest.empty();) {
      const Rows some{rows.table, rest.first(std::min(rest.size(), rows_at_once()))};
      LOGMILL_RETURN_IF_ERROR(plan_.form == GroupPlan::Form::load ? load(some) : table_->add(some));
      LOGMILL_RETURN_IF_ERROR(limit_memory(some.selected.size()));
      rest = rest.subspan(some.selected.size());
    }
    return {};
  }

  base::Status push_counted(const Rows& rows, std::span<const std::uint32_t> weights) override {
    LOGMILL_RETURN_IF_ERROR(table_->add_counts(rows, weights));
    return limit_memory(rows.selected.size());
  }

  base::Status merge(Stage& other) override {
    auto& theirs = static_cast<GroupStage&>(other);
    if (!theirs.spilled_.empty() || workspace_.exceeded_with(theirs.share_.bytes())) {
      LOGMILL_RETURN_IF_ERROR(theirs.spill());
      spilled_.share(theirs.spilled_);
      return {};
    }
    table_->merge(*theirs.table_);
    return limit_memory(theirs.table_->groups());
  }

  std::uint64_t spillable_bytes() const override { return share_.bytes(); }
  base::Status spill() override {
    if (table_->groups() == 0) return {};
    LOGMILL_RETURN_IF_ERROR(spilled_.add(*table_));
    table_ = std::make_unique<GroupTable>(plan_.calls, plan_.keys);
    share_.set(0);
    rows_since_sum_ = 0;
    return {};
  }

  base::Status finish() override {
    const bool fill = plan_.gaps == GroupPlan::Gaps::fill;
    if (spilled_.empty() && (workspace_.exceeded_with(table_->groups() * kSortedGroupBytes) || (fill && fills_too_many())))
      LOGMILL_RETURN_IF_ERROR(spill());
    if (!spilled_.empty()) {
      LOGMILL_RETURN_IF_ERROR(spill());
      LOGMILL_RETURN_IF_ERROR(finish_spilled());
      return next().finish();
    }
    if (plan_.form == GroupPlan::Form::save) {
      LOGMILL_RETURN_IF_ERROR(save(*table_));
      return next().finish();
    }
    if (fill) {
      const auto [first, last] = spans_of(*table_);
      fill_gaps(*table_, first, last);
    }
    LOGMILL_RETURN_IF_ERROR(give_sorted());
    return next().finish();
  }

 private:
  // As many rows as add no more than is worth spilling, as far as can be told by those before them.
  std::size_t rows_at_once() const {
    if (!workspace_.bounded()) return std::numeric_limits<std::size_t>::max();
    if (!bytes_a_row_) return kFirstRows;
    return std::max<std::size_t>(kRowsAtOnceMin, workspace_.worth_spilling() / std::max<std::uint64_t>(1, *bytes_a_row_));
  }

  base::Status limit_memory(std::size_t rows) {
    if (!workspace_.bounded()) return {};
    rows_since_sum_ += rows;
    const bool grew_little = rows_since_sum_ * bytes_a_row_.value_or(0) < workspace_.worth_spilling();
    if (grew_little && rows_since_sum_ * kGroupsPerSummedRow < table_->groups()) return {};
    const std::uint64_t bytes = table_->memory_bytes();
    bytes_a_row_ = bytes > share_.bytes() ? (bytes - share_.bytes()) / std::max<std::size_t>(1, rows_since_sum_) : 0;
    rows_since_sum_ = 0;
    share_.set(bytes);
    return workspace_.exceeded_with(table_->groups() * SpilledGroups::kAddingBytes) && share_.bytes() >= workspace_.worth_spilling()
               ? spill()
               : base::Status{};
  }

  base::Status give_sorted() {
    std::vector<std::uint32_t> groups = sorted_groups();
    if (plan_.groups_max > 0 && groups.size() > plan_.groups_max) groups.resize(plan_.groups_max);
    GroupRows result(plan_);
    std::size_t given = 0;
    for (const std::uint32_t group : groups) {
      if (next().satisfied()) return {};
      result.add(*table_, group);
      if (++given % kResultRowsAtOnce == 0) LOGMILL_RETURN_IF_ERROR(result.give_on(next()));
    }
    return result.give_on(next());
  }

  // The results go through a sorter that may spill, too.
  base::Status finish_spilled() {
    sys::give_back_free_heap();  // the tables' before the runs' come
    RowSorter sorter(result_order(plan_), workspace_);
    const auto use = [&](GroupTable& table) -> base::Result<bool> {
      if (plan_.form == GroupPlan::Form::save) {
        LOGMILL_RETURN_IF_ERROR(save(table));
        return true;
      }
      if (plan_.gaps == GroupPlan::Gaps::fill) fill_gaps(table, spilled_.first_span(), spilled_.last_span());
      LOGMILL_RETURN_IF_ERROR(sort_results(table, sorter));
      return true;
    };
    LOGMILL_RETURN_IF_ERROR(spilled_.merge(use));
    if (plan_.form == GroupPlan::Form::save) return {};
    SortedResults results(plan_, next());
    return sorter.release(results);
  }

  base::Status sort_results(const GroupTable& table, RowSorter& sorter) const {
    record::Batch batch;
    for (std::uint32_t group = 0; group < table.groups(); ++group)
      if (!is_left_out(table, group)) add_result(plan_, table, group, batch);
    BatchTable rows(batch);
    return sorter.add({rows, all_rows(batch.rows())});
  }

  base::Status save(const GroupTable& table) {
    record::Batch batch;
    std::string state;
    for (std::uint32_t group = 0; group < table.groups(); ++group) {
      const std::size_t parts = table.parts(group);
      for (std::size_t part = 0; part < parts; ++part) {
        const std::size_t row = batch.add_row();
        batch.set(kPartialField, row, record::Value::string(text_));
        set_group_keys(plan_, table, group, batch, row);
        for (std::size_t call = 0; call < plan_.calls.size(); ++call) {
          state.clear();
          table.save(call, group, part, state);
          batch.set(state_name(call), row, record::Value::string(batch.own(state)));
        }
      }
      if (batch.rows() >= kSavedRows) LOGMILL_RETURN_IF_ERROR(give_on(batch));
    }
    return give_on(batch);
  }

  base::Status give_on(record::Batch& batch) {
    BatchTable table(batch);
    const std::vector<std::uint32_t> rows = all_rows(batch.rows());
    if (!rows.empty()) LOGMILL_RETURN_IF_ERROR(next().push({table, rows}));
    batch.clear();
    return {};
  }

  base::Status load(const Rows& rows) {
    LOGMILL_ASSIGN_OR_RETURN(const ColumnView made_by, rows.table.field(kPartialField));
    for (const std::uint32_t row : rows.selected) {
      const record::Value text = made_by.at(row);
      if (!text.is_text() || text.text() != text_)
        return base::Error{base::ErrorCode::invalid, "--merge: " + (text.is_text() ? "made by another query: " + std::string(text.text())
                                                                                   : std::string("not made by --partial"))};
    }
    LOGMILL_RETURN_IF_ERROR(table_->grouper().assign(rows, group_of_));
    for (std::size_t call = 0; call < plan_.calls.size(); ++call) {
      LOGMILL_ASSIGN_OR_RETURN(const ColumnView states, rows.table.field(state_name(call)));
      for (std::size_t row = 0; row < group_of_.size(); ++row) {
        const record::Value state = states.at(rows.selected[row]);
        if (!state.is_text() || !table_->load(call, group_of_[row], state.text()))
          return base::Error{base::ErrorCode::corrupt, "--merge: a state of " + plan_.calls[call].result_name() + " is damaged"};
      }
    }
    return {};
  }

  static std::string state_name(std::size_t call) { return "state" + std::to_string(call); }

  bool is_left_out(const GroupTable& table, std::uint32_t group) const {
    if (plan_.missing == GroupPlan::Missing::keep) return false;
    for (std::size_t key = 0; key < plan_.keys.size(); ++key)
      if (table.grouper().value(group, key).kind() <= record::Kind::null) return true;
    return false;
  }

  std::vector<std::uint32_t> sorted_groups() {
    std::vector<std::uint32_t> groups = all_rows(table_->groups());
    std::erase_if(groups, [this](std::uint32_t group) { return is_left_out(*table_, group); });
    base::Arena bytes;
    std::vector<record::Value> first(table_->groups());
    for (const std::uint32_t group : groups) first[group] = table_->result(0, group, bytes);
    const auto time = time_key(plan_);
    std::ranges::stable_sort(groups, [&](std::uint32_t a, std::uint32_t b) {
      if (time) {
        const auto order = compare_values(table_->grouper().value(a, *time), table_->grouper().value(b, *time));
        if (order != 0) return order < 0;
      }
      const auto order = compare_values(first[a], first[b]);
      if (order != 0 && !time) return (plan_.order == GroupPlan::Order::most_first) == (order > 0);
      return keys_less(a, b);
    });
    return groups;
  }

  bool keys_less(std::uint32_t a, std::uint32_t b) const {
    for (std::size_t key = 0; key < plan_.keys.size(); ++key) {
      const auto order = compare_values(table_->grouper().value(a, key), table_->grouper().value(b, key));
      if (order != 0) return order < 0;
    }
    return false;
  }

  // Between which starts the spans of time lie; of none first > last.
  std::pair<std::int64_t, std::int64_t> spans_of(const GroupTable& table) const {
    std::pair<std::int64_t, std::int64_t> spans(INT64_MAX, INT64_MIN);
    const auto time = time_key(plan_);
    for (std::uint32_t group = 0; time && group < table.groups(); ++group) {
      const record::Value& start = table.grouper().value(group, *time);
      if (!start.present()) continue;
      spans.first = std::min(spans.first, start.integer());
      spans.second = std::max(spans.second, start.integer());
    }
    return spans;
  }

  // The other keys, of all groups that have a time.
  Grouper series_of(const GroupTable& table) const {
    std::vector<GroupKey> keys = plan_.keys;
    const std::size_t time = *time_key(plan_);
    keys.erase(keys.begin() + static_cast<std::ptrdiff_t>(time));
    Grouper series(std::move(keys));
    for (std::uint32_t group = 0; group < table.groups(); ++group)
      if (table.grouper().value(group, time).present()) series.group_of(other_keys(table, group, time));
    return series;
  }
  std::vector<record::Value> other_keys(const GroupTable& table, std::uint32_t group, std::size_t time) const {
    std::vector<record::Value> values;
    for (std::size_t key = 0; key < plan_.keys.size(); ++key)
      if (key != time) values.push_back(table.grouper().value(group, key));
    return values;
  }

  bool fills_too_many() const {
    const auto [first, last] = spans_of(*table_);
    if (!workspace_.bounded() || first > last || !fillable(first, last)) return false;
    const auto spans = static_cast<std::size_t>((last - first) / plan_.keys[*time_key(plan_)].span_ns + 1);
    return workspace_.exceeded_with(spans * series_of(*table_).groups() * kFilledGroupBytes);
  }
  bool fillable(std::int64_t first, std::int64_t last) const {
    return (last - first) / plan_.keys[*time_key(plan_)].span_ns < kFilledSpansMax;
  }

  // Every combination of the other keys gets a group in every span between the first and the last.
  void fill_gaps(GroupTable& table, std::int64_t first, std::int64_t last) const {
    const auto time = time_key(plan_);
    if (!time || first > last || !fillable(first, last)) return;
    const Grouper series = series_of(table);
    std::vector<record::Value> values(plan_.keys.size());
    for (std::int64_t start = first; start <= last; start += plan_.keys[*time].span_ns) {
      values[*time] = record::Value::integer(start);
      for (std::size_t one = 0; one < series.groups(); ++one) {
        for (std::size_t key = 0, other = 0; key < values.size(); ++key)
          if (key != *time) values[key] = series.value(one, other++);
        table.grouper().group_of(values);
      }
    }
  }

  const GroupPlan& plan_;
  const std::string text_;
  Workspace& workspace_;
  Workspace::Share share_;
  std::unique_ptr<GroupTable> table_;
  SpilledGroups spilled_;
  std::size_t rows_since_sum_ = 0;
  std::optional<std::uint64_t> bytes_a_row_;  // by which it grew before the last sum
  std::vector<std::uint32_t> group_of_;
};

}  // namespace

std::unique_ptr<Stage> start_groups(const GroupPlan& plan, std::string text, Stage& next, Workspace& workspace) {
  return std::make_unique<GroupStage>(plan, std::move(text), next, workspace);
}

}  // namespace logmill::query
