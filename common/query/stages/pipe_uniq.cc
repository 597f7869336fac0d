// uniq user, ip keep: the first row for each combination of values. Rows without any of them go, or with `keep` stay, all.
#include <optional>

#include "query/groups/grouper.h"
#include "query/pipeline/stage_args.h"

namespace logmill::query {
namespace {

std::vector<GroupKey> keys_of(const std::vector<std::string>& fields) {
  std::vector<GroupKey> keys;
  for (const std::string& field : fields) keys.push_back({field, 0});
  return keys;
}

constexpr std::string_view kKeepWithout = "keep";

// What becomes of rows that have none of the fields.
enum class Without { gone, kept };

class Uniq : public PipeStage {
 public:
  Uniq(const std::vector<std::string>& fields, Without without, Stage& next, Workspace& workspace)
      : PipeStage(next), grouper_(keys_of(fields)), share_(workspace), without_(without) {}

  base::Status push(const Rows& rows) override {
    LOGMILL_RETURN_IF_ERROR(grouper_.assign(rows, group_of_));
    LOGMILL_RETURN_IF_ERROR(share_.hold(grouper_.memory_bytes(), "uniq"));
    std::vector<std::uint32_t> firsts;
    for (std::size_t i = 0; i < group_of_.size(); ++i) {
      const bool first = group_of_[i] >= seen_;
      if (first) {
        seen_ = group_of_[i] + 1;
        if (!has_a_value(group_of_[i])) valueless_ = group_of_[i];
      }
      if (group_of_[i] == valueless_ ? without_ == Without::kept : first) firsts.push_back(rows.selected[i]);
    }
    return firsts.empty() ? base::Status{} : next().push({rows.table, firsts});
  }

 private:
  bool has_a_value(std::uint32_t group) const {
    for (std::size_t key = 0; key < grouper_.keys().size(); ++key)
      if (grouper_.value(group, key).present()) return true;
    return false;
  }

  Grouper grouper_;
  Workspace::Share share_;
  const Without without_;
  std::uint32_t seen_ = 0;  // groups are numbered as they appear: all below were seen
  std::optional<std::uint32_t> valueless_;
  std::vector<std::uint32_t> group_of_;
};

class UniqNode : public StageNode {
 public:
  UniqNode(std::vector<std::string> fields, Without without) : fields_(std::move(fields)), without_(without) {}
  void print(std::string& out) const override {
    out += "uniq ";
    append_fields(out, fields_);
    if (without_ == Without::kept) out.append(" ").append(kKeepWithout);
  }
  std::unique_ptr<Stage> start(Stage& next, Workspace& workspace) const override {
    return std::make_unique<Uniq>(fields_, without_, next, workspace);
  }
  std::vector<std::string_view> fields() const override { return {fields_.begin(), fields_.end()}; }
  Flow flow() const override { return Flow::in_order; }

 private:
  std::vector<std::string> fields_;
  Without without_;
};

base::Result<std::unique_ptr<StageNode>> parse(Lexer& lexer, const Context&) {
  LOGMILL_ASSIGN_OR_RETURN(auto fields, take_fields(lexer));
  const Without without = lexer.take_keyword(kKeepWithout) ? Without::kept : Without::gone;
  return std::unique_ptr<StageNode>(std::make_unique<UniqNode>(std::move(fields), without));
}

}  // namespace

extern constexpr StageSpec kUniq{.name = "uniq",
                                 .usage = "uniq FIELD, ... [keep]",
                                 .summary = "the first row for each value",
                                 .sample = "* | uniq user, ip",
                                 .parse = parse};

// The name that Splunk and others have for it.
extern constexpr StageSpec kDedup{
    .name = "dedup", .usage = "dedup FIELD, ... [keep]", .summary = "another name for uniq", .sample = "* | dedup message", .parse = parse};

}  // namespace logmill::query
