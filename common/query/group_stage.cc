#include "query/group_stage.h"

#include <algorithm>
#include <optional>

#include "query/held_rows.h"
#include "query/value_order.h"
#include "record/fields.h"
#include "text/time.h"

namespace logmill::query {
namespace {

// A chart of more spans than this is not filled: nobody reads it, and a single wrong time would
// make it endless.
constexpr std::int64_t kFilledSpansMax = 10'000;

// Names the query that a state belongs to.
constexpr std::string_view kPartialField = "partial";
constexpr std::size_t kSavedRows = 256;

class GroupStage : public PipeStage {
 public:
  GroupStage(const GroupPlan& plan, std::string text, Stage& next)
      : PipeStage(next), plan_(plan), text_(std::move(text)), grouper_(plan.keys) {
    for (const AggregateCall& call : plan.calls) aggregates_.push_back(make_aggregate(call));
    for (const GroupKey& key : plan.keys) names_.emplace_back(key.is_time() ? record::kTimestamp : key.field);
    for (const AggregateCall& call : plan.calls) names_.push_back(call.result_name());
  }

  bool satisfied() const override { return false; }

  base::Status push(const Rows& rows) override {
    if (plan_.form == GroupPlan::Form::load) return load(rows);
    // What cannot be read must not have been counted in part.
    for (const AggregateCall& call : plan_.calls)
      if (!call.field.empty())
        if (auto column = rows.table.field(call.field); !column) return std::move(column).error();
    LOGMILL_RETURN_IF_ERROR(grouper_.assign(rows, group_of_));
    for (const auto& aggregate : aggregates_) LOGMILL_RETURN_IF_ERROR(aggregate->add(rows, group_of_, grouper_.groups()));
    return {};
  }

  base::Status push_counted(const Rows& rows, std::span<const std::uint32_t> weights) override {
    LOGMILL_RETURN_IF_ERROR(grouper_.assign(rows, group_of_));
    for (const auto& aggregate : aggregates_) aggregate->add_counts(group_of_, weights, grouper_.groups());
    return {};
  }

  base::Status merge(Stage& other) override {
    const auto& theirs = static_cast<const GroupStage&>(other);
    std::vector<std::uint32_t> map;
    std::vector<record::Value> values(plan_.keys.size());
    for (std::size_t group = 0; group < theirs.grouper_.groups(); ++group) {
      for (std::size_t key = 0; key < values.size(); ++key) values[key] = theirs.grouper_.value(group, key);
      map.push_back(grouper_.group_of(values));
    }
    for (std::size_t i = 0; i < aggregates_.size(); ++i) aggregates_[i]->merge(*theirs.aggregates_[i], map, grouper_.groups());
    return {};
  }

  base::Status finish() override {
    if (plan_.form == GroupPlan::Form::save) return save();
    if (plan_.gaps == GroupPlan::Gaps::fill) fill_gaps();
    std::vector<std::uint32_t> groups = sorted_groups();
    if (plan_.groups_max > 0 && groups.size() > plan_.groups_max) groups.resize(plan_.groups_max);
    record::Batch batch;
    for (const std::uint32_t group : groups) add_row(batch, group);
    BatchTable table(batch);
    Projection projection(table, names_);
    const std::vector<std::uint32_t> rows = all_rows(batch.rows());
    LOGMILL_RETURN_IF_ERROR(next().push({projection, rows}));
    return next().finish();
  }

 private:
  // p50(x) and p99(x) look at one collection of numbers.
  std::unique_ptr<Aggregate> make_aggregate(const AggregateCall& call) const {
    for (std::size_t i = 0; i < aggregates_.size(); ++i)
      if (plan_.calls[i].field == call.field)
        if (auto view = aggregates_[i]->view(call)) return view;
    return find_aggregate(call.function)->make(call);
  }

  base::Status save() {
    record::Batch batch;
    std::string state;
    for (std::uint32_t group = 0; group < grouper_.groups(); ++group) {
      std::size_t parts = 1;
      for (const auto& aggregate : aggregates_) parts = std::max(parts, aggregate->parts(group));
      for (std::size_t part = 0; part < parts; ++part) {
        const std::size_t row = batch.add_row();
        batch.set(kPartialField, row, record::Value::string(text_));
        for (std::size_t key = 0; key < plan_.keys.size(); ++key)
          set_key(batch, row, plan_.keys[key], copy_into(batch, grouper_.value(group, key)));
        for (std::size_t i = 0; i < aggregates_.size(); ++i) {
          state.clear();
          if (part < aggregates_[i]->parts(group)) aggregates_[i]->save(group, part, state);
          batch.set(state_name(i), row, record::Value::string(batch.own(state)));
        }
      }
      if (batch.rows() >= kSavedRows) LOGMILL_RETURN_IF_ERROR(give_on(batch));
    }
    LOGMILL_RETURN_IF_ERROR(give_on(batch));
    return next().finish();
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
    LOGMILL_RETURN_IF_ERROR(grouper_.assign(rows, group_of_));
    for (std::size_t i = 0; i < aggregates_.size(); ++i) {
      LOGMILL_ASSIGN_OR_RETURN(const ColumnView states, rows.table.field(state_name(i)));
      for (std::size_t row = 0; row < group_of_.size(); ++row) {
        const record::Value state = states.at(rows.selected[row]);
        if (state.is_text() && state.text().empty()) continue;  // all of it is in another part
        if (!state.is_text() || !aggregates_[i]->load(group_of_[row], state.text(), grouper_.groups()))
          return base::Error{base::ErrorCode::corrupt, "--merge: a state of " + plan_.calls[i].result_name() + " is damaged"};
      }
    }
    return {};
  }

  static std::string state_name(std::size_t call) { return "state" + std::to_string(call); }
  static record::Value copy_into(record::Batch& batch, const record::Value& value) {
    if (value.kind() == record::Kind::string) return record::Value::string(batch.own(value.text()));
    return value.kind() == record::Kind::json ? record::Value::json(batch.own(value.text())) : value;
  }

  std::optional<std::size_t> time_key() const {
    for (std::size_t key = 0; key < plan_.keys.size(); ++key)
      if (plan_.keys[key].is_time()) return key;
    return std::nullopt;
  }

  bool is_missing(std::uint32_t group) const {
    for (std::size_t key = 0; key < plan_.keys.size(); ++key)
      if (grouper_.value(group, key).kind() <= record::Kind::null) return true;
    return false;
  }

  std::vector<std::uint32_t> sorted_groups() {
    std::vector<std::uint32_t> groups = all_rows(grouper_.groups());
    if (plan_.missing == GroupPlan::Missing::leave_out) std::erase_if(groups, [this](std::uint32_t group) { return is_missing(group); });
    std::vector<record::Value> first(grouper_.groups());
    for (const std::uint32_t group : groups) first[group] = aggregates_[0]->result(group, bytes_);
    const auto time = time_key();
    std::ranges::stable_sort(groups, [&](std::uint32_t a, std::uint32_t b) {
      if (time) {
        const auto order = compare_values(grouper_.value(a, *time), grouper_.value(b, *time));
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
      const auto order = compare_values(grouper_.value(a, key), grouper_.value(b, key));
      if (order != 0) return order < 0;
    }
    return false;
  }

  void add_row(record::Batch& batch, std::uint32_t group) {
    const std::size_t row = batch.add_row();
    for (std::size_t key = 0; key < plan_.keys.size(); ++key) set_key(batch, row, plan_.keys[key], grouper_.value(group, key));
    for (std::size_t i = 0; i < aggregates_.size(); ++i)
      batch.set(names_[plan_.keys.size() + i], row, aggregates_[i]->result(group, batch.arena()));
  }

  static void set_key(record::Batch& batch, std::size_t row, const GroupKey& key, const record::Value& value) {
    if (!value.present()) return;
    if (key.is_time())
      batch.times()[row] = value.integer();
    else if (key.field == record::kTimestamp)
      batch.times()[row] = text::parse_rfc3339(value.text()).value_or(record::kNoTime);
    else if (key.field == record::kLevel)
      batch.levels()[row] = record::severity_from_text(value.text()).value_or(record::Severity::none);
    else
      batch.set(key.field, row, value);
  }

  // Every combination of the other keys gets a group in every span between the first and the last.
  void fill_gaps() {
    const auto time = time_key();
    if (!time) return;
    std::int64_t first = INT64_MAX, last = INT64_MIN;
    std::vector<std::vector<record::Value>> series;
    const std::size_t groups = grouper_.groups();
    for (std::uint32_t group = 0; group < groups; ++group) {
      const record::Value& start = grouper_.value(group, *time);
      if (!start.present()) continue;
      first = std::min(first, start.integer());
      last = std::max(last, start.integer());
      std::vector<record::Value> values;
      for (std::size_t key = 0; key < plan_.keys.size(); ++key)
        values.push_back(key == *time ? record::Value{} : grouper_.value(group, key));
      if (std::ranges::find(series, values) == series.end()) series.push_back(std::move(values));
    }
    const std::int64_t span = plan_.keys[*time].span_ns;
    if (series.empty() || (last - first) / span >= kFilledSpansMax) return;
    for (std::int64_t start = first; start <= last; start += span) {
      for (auto& values : series) {
        values[*time] = record::Value::integer(start);
        grouper_.group_of(values);
      }
    }
  }

  const GroupPlan& plan_;
  const std::string text_;
  Grouper grouper_;
  std::vector<std::unique_ptr<Aggregate>> aggregates_;
  std::vector<std::string> names_;  // of the result's fields
  std::vector<std::uint32_t> group_of_;
  base::Arena bytes_;
};

}  // namespace

std::unique_ptr<Stage> start_groups(const GroupPlan& plan, std::string text, Stage& next) {
  return std::make_unique<GroupStage>(plan, std::move(text), next);
}

}  // namespace logmill::query
