#include "query/groups/group_node.h"

#include <algorithm>

#include "query/pipeline/stage_args.h"
#include "record/fields.h"

namespace logmill::query {
namespace {

bool has_span(const GroupPlan& plan) {
  return std::ranges::any_of(plan.keys, [](const GroupKey& key) { return key.is_time(); });
}

class GroupNode : public StageNode {
 public:
  GroupNode(std::string_view name, GroupPlan plan) : name_(name), plan_(std::move(plan)) {}

  void print(std::string& out) const override {
    out += name_;
    out.push_back(' ');
    std::size_t key = 0;
    if (plan_.gaps == GroupPlan::Gaps::fill) {
      append_span(out, plan_.keys[key++].span_ns);
      out.push_back(' ');
    }
    for (std::size_t i = 0; i < plan_.calls.size(); ++i) {
      if (i > 0) out += ", ";
      append_aggregate(out, plan_.calls[i]);
    }
    for (std::string_view before = " by "; key < plan_.keys.size(); ++key, before = ", ") {
      out += before;
      append_key(out, plan_.keys[key]);
    }
  }

  std::unique_ptr<Stage> start(Stage& next, Workspace& workspace) const override { return start_groups(plan_, text(), next, workspace); }
  bool make_partial(Partial partial) override {
    plan_.form = form_of(partial);
    return true;
  }

  std::vector<std::string_view> fields() const override {
    std::vector<std::string_view> fields;
    for (const AggregateCall& call : plan_.calls)
      if (!call.field.empty()) fields.push_back(call.field);
    for (const GroupKey& key : plan_.keys) fields.push_back(key.is_time() ? record::kTimestamp : key.field);
    return fields;
  }
  Flow flow() const override { return Flow::all; }
  bool mergeable() const override { return true; }
  std::optional<std::vector<std::string_view>> counts_of() const override {
    for (const AggregateCall& call : plan_.calls)
      if (call.function != "count" || !call.field.empty()) return std::nullopt;
    std::vector<std::string_view> counted;
    for (const GroupKey& key : plan_.keys)
      if (!key.is_time()) counted.push_back(key.field);
    return counted;
  }
  std::string chart() const override { return plan_.calls.front().result_name(); }
  std::string split() const override {
    const bool adds_up = plan_.calls.front().function == "count" || plan_.calls.front().function == "sum";
    const bool one_field = plan_.gaps == GroupPlan::Gaps::fill && plan_.keys.size() == 2 && plan_.calls.size() == 1;
    return one_field && adds_up ? plan_.keys.back().field : std::string{};
  }
  std::int64_t span_ns() const override {
    const auto span = std::ranges::find_if(plan_.keys, &GroupKey::is_time);
    return span == plan_.keys.end() ? 0 : span->span_ns;
  }
  std::optional<std::vector<std::string>> row_keys() const override { return group_key_names(plan_); }

 private:
  static void append_key(std::string& out, const GroupKey& key) {
    if (key.is_time())
      append_span(out, key.span_ns);
    else
      append_field_argument(out, key.field);
  }

  std::string_view name_;
  GroupPlan plan_;
};

}  // namespace

base::Status take_calls(Lexer& lexer, GroupPlan& plan) {
  do {
    lexer.skip_space();
    const std::size_t start = lexer.offset();
    LOGMILL_ASSIGN_OR_RETURN(AggregateCall call, take_aggregate(lexer));
    if (call.as == record::kTimestamp || call.as == record::kLevel)
      return lexer.error_at(start, "timestamp and level cannot name a result");
    plan.calls.push_back(std::move(call));
  } while (lexer.take(","));
  return {};
}

base::Status take_keys(Lexer& lexer, GroupPlan& plan) {
  do {
    if (!span_is_next(lexer)) {
      LOGMILL_ASSIGN_OR_RETURN(std::string field, take_field(lexer));
      plan.keys.push_back({std::move(field), 0});
      continue;
    }
    if (has_span(plan)) return lexer.error("one span of time is enough");
    LOGMILL_ASSIGN_OR_RETURN(const std::int64_t span, take_span(lexer));
    plan.keys.push_back({"", span});
  } while (lexer.take(","));
  return {};
}

std::vector<std::string> group_key_names(const GroupPlan& plan) {
  std::vector<std::string> names;
  for (const GroupKey& key : plan.keys) names.emplace_back(key.is_time() ? record::kTimestamp : key.field);
  return names;
}

std::unique_ptr<StageNode> make_group_node(std::string_view name, GroupPlan plan) {
  return std::make_unique<GroupNode>(name, std::move(plan));
}

}  // namespace logmill::query
