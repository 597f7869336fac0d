#include "alert/rule_input.h"

#include <algorithm>

#include "query/pipeline/time_spans.h"
#include "query/table/fields_of_rows.h"
#include "query/table/short_texts.h"
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
  Samples(const std::vector<std::string>& keys, const std::string& value, std::size_t samples_max, std::uint64_t bytes_max)
      : keys_(keys), value_(value), samples_max_(samples_max), bytes_max_(bytes_max) {}

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
    bytes_ += sample.memory_bytes();
    if (bytes_ > bytes_max_)
      ++left_out;
    else
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
  const std::uint64_t bytes_max_;
  std::uint64_t bytes_ = 0;
};

base::Result<std::unique_ptr<RuleInput>> RuleInput::make(const Rule& rule, const std::string& text, Room& room) {
  const query::Context context{.utc = true};
  LOGMILL_ASSIGN_OR_RETURN(query::Query query, query::Query::parse(text, context));
  if (!rule.kind->stages.empty()) {
    if (!query.each_row())
      return not_for_rules("a rule of kind '" + std::string(rule.kind->name) + "' counts by itself: leave the stages out");
    LOGMILL_RETURN_IF_ERROR(query.append(rule.kind->stages, context));
  } else if (query.each_row()) {
    LOGMILL_RETURN_IF_ERROR(query.append("count", context));
  }
  std::unique_ptr<RuleInput> input(new RuleInput(rule, std::move(query), room));
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

// Whether a part is made for records of this time, or has been.
bool RuleInput::has_place(base::TimeNs start) const {
  if (start < first_) return false;
  if (parts_.contains(start)) return true;
  return parts_.size() < kPartsHeldMax;
}

// nullptr: there is no room for it.
base::Result<RuleInput::Part*> RuleInput::find_or_make_part(base::TimeNs start) {
  const auto found = parts_.find(start);
  if (found != parts_.end()) return &found->second;
  if (room_.counts.exceeded_with(kPartBytes)) LOGMILL_RETURN_IF_ERROR(room_.relieve());
  const bool awaited = start - first_ < rule_.window_ns + kPartsBehind * rule_.every_ns;
  if (!awaited && room_.counts.exceeded_with(kPartBytes)) return nullptr;
  Part& part = parts_.try_emplace(start, room_.counts).first->second;
  part.share.set(kPartBytes);
  part.last = std::make_unique<Samples>(keys_, value_, rule_.series_max, room_.sample_bytes_max());
  part.stages = std::make_unique<query::Pipeline>(query_.merge_point() ? query::Pipeline::share(query_, *part.last, room_.counts)
                                                                       : query::Pipeline(query_, *part.last, room_.counts));
  return &part;
}

base::Status RuleInput::push(const query::Rows& rows) {
  query::ShortTexts table(rows.table, rows.selected, room_.text_bytes_max());
  LOGMILL_RETURN_IF_ERROR(count({table, rows.selected}));
  texts_cut_ += table.texts_cut();
  return {};
}

base::Status RuleInput::count(const query::Rows& rows) {
  LOGMILL_ASSIGN_OR_RETURN(const auto parts, query::rows_by_span(rows, rule_.every_ns));
  for (const auto& [start, selected] : parts) {
    if (!has_place(start)) {
      late_ += selected.size();
      continue;
    }
    LOGMILL_ASSIGN_OR_RETURN(Part* const part, find_or_make_part(start));
    if (part)
      LOGMILL_RETURN_IF_ERROR(push_into(*part, {rows.table, selected}));
    else
      crowded_out_ += selected.size();
  }
  return {};
}

base::Status RuleInput::push_into(Part& part, const query::Rows& rows) {
  if (!part.stages) return {};
  base::Status pushed = part.stages->push_selected(rows);
  if (!pushed && pushed.error().code == base::ErrorCode::too_large) {
    part.stages.reset();
    return {};
  }
  LOGMILL_RETURN_IF_ERROR(std::move(pushed));
  return room_.counts.exceeded() ? room_.relieve() : base::Status();
}

void RuleInput::append_spillable(std::vector<query::Pipeline*>& all) const {
  for (const auto& [start, part] : parts_)
    if (part.stages && part.stages->spillable_bytes() > 0) all.push_back(part.stages.get());
}

base::Result<RuleInput::Answer> RuleInput::answer(base::TimeNs at) {
  auto answer = answer_of_parts(at);
  if (!answer && answer.error().code == base::ErrorCode::too_large) return Answer{.whole = false, .known = false};
  return answer;
}

base::Result<RuleInput::Answer> RuleInput::answer_of_parts(base::TimeNs at) {
  const auto first = parts_.lower_bound(at - rule_.window_ns), end = parts_.lower_bound(at);
  if (std::any_of(first, end, [](const auto& part) { return !part.second.stages; })) return Answer{.whole = false, .known = false};
  Samples samples(keys_, value_, rule_.series_max, room_.sample_bytes_max());
  if (!query_.merge_point()) {
    // Of a window there is one part.
    if (first == end) {
      query::Pipeline nothing(query_, samples, room_.counts);
      LOGMILL_RETURN_IF_ERROR(nothing.finish());
      return take(samples);
    }
    LOGMILL_RETURN_IF_ERROR(first->second.stages->finish());
    return take(static_cast<Samples&>(*first->second.last));
  }
  query::Pipeline whole(query_, samples, room_.counts);
  for (auto part = first; part != end; ++part) LOGMILL_RETURN_IF_ERROR(whole.merge(*part->second.stages));
  LOGMILL_RETURN_IF_ERROR(whole.finish());
  return take(samples);
}

RuleInput::Answer RuleInput::take(Samples& samples) {
  series_left_out_ += samples.left_out;
  return {.samples = std::move(samples.samples), .whole = samples.left_out == 0};
}

void RuleInput::begin_anew(base::TimeNs time) {
  parts_.clear();
  first_ = time;
}

void RuleInput::drop_before(base::TimeNs time) {
  first_ = std::max(first_, time);
  parts_.erase(parts_.begin(), parts_.lower_bound(time));
}

}  // namespace logmill::alert
