// let mib=bytes/1048576, host=lower(host): fields that are computed from others.
#include "query/pipeline/stage.h"
#include "query/pipeline/stage_args.h"
#include "query/stages/expression.h"
#include "query/table/table_view.h"
#include "record/fields.h"

namespace logmill::query {
namespace {

struct Assignment {
  std::string field;
  Expression value;
};

class Let : public PipeStage {
 public:
  Let(const Assignment& assignment, Stage& next) : PipeStage(next), assignment_(assignment) {}

  base::Status push(const Rows& rows) override {
    LOGMILL_ASSIGN_OR_RETURN(const BoundExpression value, BoundExpression::bind(assignment_.value, rows.table));
    base::Arena bytes;
    std::vector<Extended::Field> fields(1);
    fields[0].name = assignment_.field;
    fields[0].values.resize(rows.table.rows());
    for (const std::uint32_t row : rows.selected) fields[0].values[row] = value.at(row, bytes);
    Extended extended(rows.table, fields);
    return next().push({extended, rows.selected});
  }

 private:
  const Assignment& assignment_;
};

// Owns the stages behind it, which must end after it.
class LetAll : public PipeStage {
 public:
  LetAll(const std::vector<Assignment>& assignments, Stage& next) : PipeStage(next), first_(&next) {
    for (auto it = assignments.rbegin(); it != assignments.rend(); ++it) {
      lets_.push_back(std::make_unique<Let>(*it, *first_));
      first_ = lets_.back().get();
    }
  }
  base::Status push(const Rows& rows) override { return first_->push(rows); }

 private:
  std::vector<std::unique_ptr<Let>> lets_;  // the last one first
  Stage* first_;
};

class LetNode : public StageNode {
 public:
  explicit LetNode(std::vector<Assignment> assignments) : assignments_(std::move(assignments)) {}
  void print(std::string& out) const override {
    out += "let ";
    for (std::size_t i = 0; i < assignments_.size(); ++i) {
      if (i > 0) out += ", ";
      append_field_argument(out, assignments_[i].field);
      out += " = ";
      append_expression(out, assignments_[i].value);
    }
  }
  std::unique_ptr<Stage> start(Stage& next, Workspace&) const override { return std::make_unique<LetAll>(assignments_, next); }
  std::vector<std::string_view> fields() const override {
    std::vector<std::string_view> names;
    collect_fields(assignments_.front().value, names);
    return names;
  }

 private:
  std::vector<Assignment> assignments_;
};

base::Result<std::unique_ptr<StageNode>> parse_let(Lexer& lexer, const Context&) {
  std::vector<Assignment> assignments;
  do {
    lexer.skip_space();
    const std::size_t start = lexer.offset();
    Assignment assignment;
    LOGMILL_ASSIGN_OR_RETURN(assignment.field, take_field(lexer));
    if (assignment.field == record::kTimestamp || assignment.field == record::kLevel)
      return lexer.error_at(start, "timestamp and level cannot be computed");
    if (!lexer.take("=")) return lexer.error("expected =, like let seconds=duration_ms/1000");
    LOGMILL_ASSIGN_OR_RETURN(assignment.value, parse_expression(lexer));
    if (std::string_view("<>=!~").find(lexer.peek()) != std::string_view::npos && !lexer.at_end())
      return lexer.error("a field is computed here; comparing is for a stage of its own, like | where a > b");
    assignments.push_back(std::move(assignment));
  } while (lexer.take(","));
  return std::unique_ptr<StageNode>(std::make_unique<LetNode>(std::move(assignments)));
}

}  // namespace

extern constexpr StageSpec kLet{.name = "let",
                                .usage = "let NAME=EXPRESSION, ...",
                                .summary = "a field computed from others: + - * / %, functions like round(x, 1)",
                                .sample = "* | let kib=round(bytes/1024, 1), name=lower(host) + \".lan\"",
                                .parse = parse_let};

}  // namespace logmill::query
