#include "alert/rule_input.h"

#include <algorithm>

#include "query/pipeline/time_spans.h"
#include "query/table/fields_of_rows.h"
#include "record/json_object.h"

namespace logmill::alert {
namespace {

// Labels go into messages and into the state: longer ones are cut.
constexpr std::size_t kLabelBytesMax = 1'024;

// An hour that is caught up with is 3,600 at most; more are records with wrong clocks.
constexpr std::size_t kPartsHeldMax = 10'000;

base::Error not_for_rules(std::string what) { return {base::ErrorCode::invalid, std::move(what)}; }

}  // namespace

// The rows of an answer as samples.
class RuleInput::Samples : public query::Stage {
 public:
  Samples(const std::vector<std::string>& keys, const std::string& value, std::size_t samples_max)
      : keys_(keys), value_(value), samples_max_(samples_max) {}

  base::Status push(const query::Rows& rows) override {
    LOGMILL_ASSIGN_OR_RETURN(const auto fields, query::FieldsOfRows::of(rows.table));
    const int value = fields.find(value_);
    if (value < 0) return {};
    for (const std::uint32_t row : rows.selected) add(fields, static_cast<std::size_t>(value), row);
    return {};
  }
  base::Status finish() override { return {}; }
  bool satisfied() const override { return false; }

  std::vector<Sample> samples;
  std::uint64_t left_out = 0;

 private:
  void add(const query::FieldsOfRows& fields, std::size_t value, std::uint32_t row) {
    const record::Value number = fields.at(value, row);
    if (!number.is_number()) return;
    if (samples.size() >= samples_max_) {
      ++left_out;
      return;
    }
    Sample sample{.value = number.as_double()};
    for (const std::string& key : keys_) {
      const std::string label = text_at(fields, key, row);
      if (!label.empty()) sample.labels[key] = label;
    }
    sample.example = text_at(fields, "example", row);
    sample.key = labels_to_json(sample.labels);
    samples.push_back(std::move(sample));
  }
  static std::string text_at(const query::FieldsOfRows& fields, std::string_view name, std::uint32_t row) {
    std::string text;
    if (const int field = fields.find(name); field >= 0) record::append_plain(text, fields.at(static_cast<std::size_t>(field), row));
    if (text.size() > kLabelBytesMax) text.resize(kLabelBytesMax);
    return text;
  }

  const std::vector<std::string>& keys_;
  const std::string& value_;
  const std::size_t samples_max_;
};

base::Result<std::unique_ptr<RuleInput>> RuleInput::make(const Rule& rule, const std::string& text, query::Workspace& workspace) {
  const query::Context context{.utc = true};
  LOGMILL_ASSIGN_OR_RETURN(query::Query query, query::Query::parse(text, context));
  if (!rule.kind->stages.empty()) {
    if (!query.each_row())
      return not_for_rules("a rule of kind '" + std::string(rule.kind->name) + "' counts by itself: leave the stages out");
    LOGMILL_RETURN_IF_ERROR(query.append(rule.kind->stages, context));
  } else if (query.each_row()) {
    LOGMILL_RETURN_IF_ERROR(query.append("count", context));
  }
  std::unique_ptr<RuleInput> input(new RuleInput(rule, std::move(query), workspace));
  LOGMILL_RETURN_IF_ERROR(input->settle());
  return input;
}

base::Status RuleInput::settle() {
  const query::TimeBounds bounds = query_.filter().bounds(), all = query::time_bounds(query::Expr{}, {});
  if (bounds.min != all.min || bounds.max != all.max)
    return not_for_rules("the rule's window says which times to look at: leave 'timestamp' out of the query");
  if (query_.window_ns() != 0) return not_for_rules("the rule's window says which span to count by: leave the span out of the query");
  if (rule_.window_ns != rule_.every_ns && !query_.merge_point())
    return not_for_rules("this query cannot be put together from parts of a window: set every = window, or count first");
  for (const auto& stage : query_.stages())
    if (auto keys = stage->row_keys()) keys_ = *std::move(keys);
  value_ = rule_.value.empty() ? query_.chart() : rule_.value;
  if (value_.empty()) return not_for_rules("what the query comes to has several fields: say which with value = \"NAME\"");
  return {};
}

RuleInput::Part& RuleInput::part_at(base::TimeNs start) {
  Part& part = parts_[start];
  if (part.stages) return part;
  part.last = std::make_unique<Samples>(keys_, value_, rule_.series_max);
  part.stages = std::make_unique<query::Pipeline>(query_.merge_point() ? query::Pipeline::share(query_, *part.last, workspace_)
                                                                       : query::Pipeline(query_, *part.last, workspace_));
  return part;
}

base::Status RuleInput::push(const query::Rows& rows) {
  LOGMILL_ASSIGN_OR_RETURN(const auto parts, query::rows_by_span(rows, rule_.every_ns));
  for (const auto& [start, selected] : parts) {
    if (start < first_ || (parts_.size() >= kPartsHeldMax && !parts_.contains(start)))
      late_ += selected.size();
    else
      LOGMILL_RETURN_IF_ERROR(part_at(start).stages->push_selected({rows.table, selected}));
  }
  return {};
}

base::Result<std::vector<Sample>> RuleInput::answer(base::TimeNs at) {
  if (!query_.merge_point()) {
    Part& part = part_at(at - rule_.window_ns);
    LOGMILL_RETURN_IF_ERROR(part.stages->finish());
    return take(static_cast<Samples&>(*part.last));
  }
  Samples samples(keys_, value_, rule_.series_max);
  query::Pipeline whole(query_, samples, workspace_);
  for (auto part = parts_.lower_bound(at - rule_.window_ns); part != parts_.end() && part->first < at; ++part)
    LOGMILL_RETURN_IF_ERROR(whole.merge(*part->second.stages));
  LOGMILL_RETURN_IF_ERROR(whole.finish());
  return take(samples);
}

std::vector<Sample> RuleInput::take(Samples& samples) {
  series_left_out_ += samples.left_out;
  return std::move(samples.samples);
}

void RuleInput::drop_before(base::TimeNs time) {
  first_ = std::max(first_, time);
  parts_.erase(parts_.begin(), parts_.lower_bound(time));
}

}  // namespace logmill::alert
