// … | count by service | compare 1d: the same numbers of a day earlier beside those of now, and the
// change in percent.
#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <unordered_map>

#include "query/filter/filter.h"
#include "query/filter/time_terms.h"
#include "query/groups/aggregate.h"
#include "query/pipeline/held_rows.h"
#include "query/pipeline/stage.h"
#include "query/pipeline/stage_args.h"
#include "query/table/fields_of_rows.h"
#include "record/fields.h"
#include "record/json_object.h"
#include "text/json_writer.h"

namespace logmill::query {
namespace {

class HoldStage : public Stage {
 public:
  HoldStage(HeldRows& held, Workspace& workspace) : held_(held), share_(workspace) {}
  base::Status push(const Rows& rows) override {
    LOGMILL_RETURN_IF_ERROR(held_.add(rows));
    // Once more for what both sides come to together.
    return share_.hold(2 * held_.memory_bytes(), "compare");
  }
  base::Status finish() override { return {}; }
  bool satisfied() const override { return false; }

 private:
  HeldRows& held_;
  Workspace::Share share_;
};

// The fields of a row that tell it apart, as one text. A time is moved by `shift_ns`.
std::string key_of(const FieldsOfRows& fields, std::span<const base::TimeNs> times, std::uint32_t row, const std::vector<std::string>& keys,
                   std::int64_t shift_ns) {
  std::string text;
  for (const std::string& key : keys) {
    const int field = fields.find(key);
    if (key == record::kTimestamp)
      text::append_integer(text, times[row] + shift_ns);
    else if (field >= 0)
      record::append_json(text, fields.at(static_cast<std::size_t>(field), row));
    text.push_back('\n');
  }
  return text;
}

class Compare : public PipeStage {
 public:
  Compare(const StageNode& counted, const std::vector<std::string>& keys, TimeBounds now, std::int64_t shift_ns, Stage& next,
          Workspace& workspace)
      : PipeStage(next),
        keys_(keys),
        now_(now),
        shift_ns_(shift_ns),
        hold_now_(rows_now_, workspace),
        hold_before_(rows_before_, workspace),
        count_now_(counted.start(hold_now_, workspace)),
        count_before_(counted.start_all(hold_before_, workspace)) {}

  bool satisfied() const override { return false; }

  base::Status push(const Rows& rows) override {
    LOGMILL_ASSIGN_OR_RETURN(const auto times, rows.table.times());
    std::vector<std::uint32_t> now, before;
    for (const std::uint32_t row : rows.selected) {
      if (times[row] == record::kNoTime) continue;
      if (times[row] >= now_.min && times[row] <= now_.max) now.push_back(row);
      if (times[row] >= now_.min - shift_ns_ && times[row] <= now_.max - shift_ns_) before.push_back(row);
    }
    if (!now.empty()) LOGMILL_RETURN_IF_ERROR(count_now_->push({rows.table, now}));
    return before.empty() ? base::Status{} : count_before_->push({rows.table, before});
  }

  base::Status finish() override {
    LOGMILL_RETURN_IF_ERROR(count_now_->finish());
    LOGMILL_RETURN_IF_ERROR(count_before_->finish());
    LOGMILL_RETURN_IF_ERROR(join());
    const auto table = joined_.table();
    const std::vector<std::string_view> seen = table->field_names();
    std::vector<std::string> names = keys_;
    for (const std::string_view name : seen)
      if (std::ranges::find(names, name) == names.end()) names.emplace_back(name);
    Projection projection(*table, names);
    LOGMILL_RETURN_IF_ERROR(next().push({projection, all_rows(joined_.size())}));
    return next().finish();
  }

 private:
  struct Side {
    std::unique_ptr<Table> table;
    FieldsOfRows fields;
    std::span<const base::TimeNs> times;
    std::vector<std::string> keys;
  };
  static base::Result<Side> side_of(HeldRows& rows, const std::vector<std::string>& keys, std::int64_t shift_ns) {
    Side side;
    side.table = rows.table();
    LOGMILL_ASSIGN_OR_RETURN(side.fields, FieldsOfRows::of(*side.table));
    LOGMILL_ASSIGN_OR_RETURN(side.times, side.table->times());
    for (std::uint32_t row = 0; row < rows.size(); ++row) side.keys.push_back(key_of(side.fields, side.times, row, keys, shift_ns));
    return side;
  }

  base::Status join() {
    LOGMILL_ASSIGN_OR_RETURN(const Side now, side_of(rows_now_, keys_, 0));
    LOGMILL_ASSIGN_OR_RETURN(const Side before, side_of(rows_before_, keys_, shift_ns_));
    std::unordered_map<std::string_view, std::size_t> unmatched;
    for (std::size_t row = 0; row < before.keys.size(); ++row) unmatched.emplace(before.keys[row], row);
    record::Batch batch;
    for (std::size_t row = 0; row < now.keys.size(); ++row) {
      const auto match = unmatched.find(now.keys[row]);
      const bool found = match != unmatched.end();
      add_row(batch, &now, row, found ? &before : nullptr, found ? match->second : 0);
      if (found) unmatched.erase(match);
    }
    for (std::size_t row = 0; row < before.keys.size(); ++row)
      if (unmatched.contains(before.keys[row])) add_row(batch, nullptr, 0, &before, row);
    BatchTable table(batch);
    return joined_.add({table, all_rows(batch.rows())});
  }

  bool is_key(std::string_view name) const { return std::ranges::find(keys_, name) != keys_.end(); }

  void add_row(record::Batch& batch, const Side* now, std::size_t now_row, const Side* before, std::size_t before_row) {
    const std::size_t row = batch.add_row();
    const Side& named = now ? *now : *before;
    const std::size_t named_row = now ? now_row : before_row;
    if (is_key(record::kTimestamp)) batch.times()[row] = named.times[named_row] + (now ? 0 : shift_ns_);
    for (std::size_t i = 0; i < named.fields.names().size(); ++i) {
      const std::string name(named.fields.names()[i]);
      const record::Value value = named.fields.at(i, named_row);
      if (name == record::kTimestamp) continue;
      if (name == record::kLevel)
        batch.levels()[row] = record::severity_from_text(value.is_text() ? value.text() : "").value_or(record::Severity::none);
      else if (is_key(name))
        batch.set(name, row, value);
      else
        add_numbers(batch, row, name, now ? value : record::Value{}, before, before_row);
    }
  }

  static void add_numbers(record::Batch& batch, std::size_t row, const std::string& name, const record::Value& now, const Side* before,
                          std::size_t before_row) {
    record::Value old;
    if (const int field = before ? before->fields.find(name) : -1; field >= 0)
      old = before->fields.at(static_cast<std::size_t>(field), before_row);
    batch.set(name, row, now);
    if (!now.is_number() && !old.is_number()) return;
    batch.set(name + "_before", row, old);
    if (!now.is_number() || !old.is_number() || old.as_double() == 0) return;
    const double change = 100 * (now.as_double() - old.as_double()) / old.as_double();
    batch.set(name + "_change", row, number_value(std::round(change * 10) / 10));
  }

  const std::vector<std::string>& keys_;
  TimeBounds now_;
  std::int64_t shift_ns_;
  HeldRows rows_now_, rows_before_, joined_;
  HoldStage hold_now_, hold_before_;
  std::unique_ptr<Stage> count_now_, count_before_;
};

class CompareNode : public StageNode {
 public:
  explicit CompareNode(std::int64_t shift_ns) : shift_ns_(shift_ns) {}

  void take(std::unique_ptr<StageNode> counted) {
    counted_ = std::move(counted);
    keys_ = *counted_->row_keys();
  }
  void print(std::string& out) const override {
    counted_->print(out);
    out += " | compare ";
    append_span(out, shift_ns_);
  }
  std::unique_ptr<Stage> start(Stage& next, Workspace& workspace) const override {
    return std::make_unique<Compare>(*counted_, keys_, now_, shift_ns_, next, workspace);
  }
  // What is now ends where the query says, else now; it begins where the query says, else `shift`
  // before that.
  base::Result<Expr> widen(Expr wanted, const Context& context) override {
    TimeTerms split = split_times(wanted);
    const TimeBounds asked = time_bounds(split.times, context), any = time_bounds(Expr{}, context);
    now_.max = asked.max == any.max ? context.now : asked.max;
    now_.min = asked.min == any.min ? now_.max - shift_ns_ + 1 : asked.min;
    if (now_.min < any.min / 2 || now_.max > any.max / 2)
      return base::Error{base::ErrorCode::invalid, "compare: the times are too far away"};
    std::vector<Expr> parts;
    if (split.rest.kind != Expr::Kind::everything) parts.push_back(std::move(split.rest));
    parts.push_back(time_term(Op::greater_equal, now_.min - shift_ns_));
    parts.push_back(time_term(Op::less_equal, now_.max));
    return join(Expr::Kind::all_of, std::move(parts));
  }
  std::vector<std::string_view> fields() const override {
    std::vector<std::string_view> fields = counted_->fields();
    fields.push_back(record::kTimestamp);
    return fields;
  }
  Flow flow() const override { return Flow::all; }
  std::string chart() const override { return counted_->chart(); }

 private:
  std::int64_t shift_ns_;
  std::unique_ptr<StageNode> counted_;
  std::vector<std::string> keys_;
  TimeBounds now_{};
};

base::Status take_counted(StageNode& stage, std::unique_ptr<StageNode> previous) {
  if (!previous || !previous->row_keys())
    return base::Error{base::ErrorCode::invalid, "compare must come right behind a stage that counts, like count by service | compare 1d"};
  static_cast<CompareNode&>(stage).take(std::move(previous));
  return {};
}

}  // namespace

extern constexpr StageSpec kCompare{.name = "compare",
                                    .usage = "compare SPAN, right behind a stage that counts",
                                    .summary = "the same numbers of SPAN earlier, and the change in percent",
                                    .sample = "timestamp>1h ago | count by service | compare 1d | sort -count_change",
                                    .parse = [](Lexer& lexer, const Context&) -> base::Result<std::unique_ptr<StageNode>> {
                                      LOGMILL_ASSIGN_OR_RETURN(const std::int64_t shift_ns, take_span(lexer));
                                      return std::unique_ptr<StageNode>(std::make_unique<CompareNode>(shift_ns));
                                    },
                                    .take_previous = take_counted,
                                    .first = true};

}  // namespace logmill::query
