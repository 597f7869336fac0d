// top 10 path, rare 5 path: the values that occur most and least often.
#include "query/groups/group_node.h"
#include "query/pipeline/stage_args.h"

namespace logmill::query {
namespace {

constexpr std::uint64_t kGroupsDefault = 10;

class TopNode : public StageNode {
 public:
  TopNode(std::string_view name, GroupPlan plan) : name_(name), plan_(std::move(plan)), all_(plan_) { all_.groups_max = 0; }

  void print(std::string& out) const override {
    out.append(name_).append(" ").append(std::to_string(plan_.groups_max)).append(" ");
    for (std::size_t i = 0; i < plan_.keys.size(); ++i) {
      if (i > 0) out += ", ";
      append_field_argument(out, plan_.keys[i].field);
    }
  }
  std::unique_ptr<Stage> start(Stage& next, Workspace& workspace) const override { return start_groups(plan_, text(), next, workspace); }
  bool make_partial(Partial partial) override {
    plan_.form = form_of(partial);
    return true;
  }
  std::unique_ptr<Stage> start_all(Stage& next, Workspace& workspace) const override { return start_groups(all_, text(), next, workspace); }
  std::optional<std::vector<std::string>> row_keys() const override { return group_key_names(plan_); }
  std::vector<std::string_view> fields() const override {
    std::vector<std::string_view> fields;
    for (const GroupKey& key : plan_.keys) fields.push_back(key.field);
    return fields;
  }
  Flow flow() const override { return Flow::all; }
  bool mergeable() const override { return true; }
  std::optional<std::vector<std::string_view>> counts_of() const override { return fields(); }
  std::string chart() const override { return "count"; }

 private:
  std::string_view name_;
  GroupPlan plan_, all_;
};

base::Result<std::unique_ptr<StageNode>> parse(Lexer& lexer, std::string_view name, GroupPlan::Order order) {
  GroupPlan plan;
  plan.order = order;
  plan.missing = GroupPlan::Missing::leave_out;
  plan.calls.push_back({"count", "", ""});
  LOGMILL_ASSIGN_OR_RETURN(plan.groups_max, take_count(lexer, kGroupsDefault));
  lexer.take_keyword("by");
  LOGMILL_ASSIGN_OR_RETURN(const std::vector<std::string> fields, take_fields(lexer));
  for (const std::string& field : fields) plan.keys.push_back({field, 0});
  return std::unique_ptr<StageNode>(std::make_unique<TopNode>(name, std::move(plan)));
}

}  // namespace

extern constexpr StageSpec kTop{.name = "top",
                                .usage = "top [N] FIELD, ...",
                                .summary = "the N values (10) that occur most often, with their counts",
                                .sample = "* | top 10 path",
                                .parse = [](Lexer& lexer, const Context&) { return parse(lexer, "top", GroupPlan::Order::most_first); }};

extern constexpr StageSpec kRare{.name = "rare",
                                 .usage = "rare [N] FIELD, ...",
                                 .summary = "the N values (10) that occur least often, with their counts",
                                 .sample = "* | rare path, status",
                                 .parse = [](Lexer& lexer, const Context&) { return parse(lexer, "rare", GroupPlan::Order::least_first); }};

}  // namespace logmill::query
