// where count>100: a filter on what the stages before it made.
#include "query/filter/field_names.h"
#include "query/filter/filter.h"
#include "query/filter/filter_parser.h"
#include "query/pipeline/stage.h"

namespace logmill::query {
namespace {

class Where : public PipeStage {
 public:
  Where(const Filter& filter, Stage& next) : PipeStage(next), filter_(filter) {}
  base::Status push(const Rows& rows) override {
    LOGMILL_RETURN_IF_ERROR(filter_.select(rows.table, keep_));
    kept_.clear();
    for (const std::uint32_t row : rows.selected)
      if (keep_[row]) kept_.push_back(row);
    return kept_.empty() ? base::Status{} : next().push({rows.table, kept_});
  }

 private:
  const Filter& filter_;
  Mask keep_;
  std::vector<std::uint32_t> kept_;
};

class WhereNode : public StageNode {
 public:
  explicit WhereNode(Filter filter) : filter_(std::move(filter)) {}
  void print(std::string& out) const override { out += "where " + filter_.text(); }
  std::unique_ptr<Stage> start(Stage& next, Workspace&) const override { return std::make_unique<Where>(filter_, next); }
  std::vector<std::string_view> fields() const override { return field_names(filter_.expr()); }
  bool keeps_fields() const override { return true; }

 private:
  Filter filter_;
};

}  // namespace

extern constexpr StageSpec kWhere{.name = "where",
                                  .usage = "where FILTER",
                                  .summary = "only rows that match, as in front of the first stage",
                                  .sample = "* | count by service | where count>100",
                                  .parse = [](Lexer& lexer, const Context& context) -> base::Result<std::unique_ptr<StageNode>> {
                                    if (lexer.peek() == '|' || lexer.at_end())
                                      return lexer.error("expected a filter, like where count>100");
                                    LOGMILL_ASSIGN_OR_RETURN(Expr expr, parse_filter(lexer, context));
                                    LOGMILL_ASSIGN_OR_RETURN(Filter filter, Filter::plan(std::move(expr), context));
                                    return std::unique_ptr<StageNode>(std::make_unique<WhereNode>(std::move(filter)));
                                  }};

}  // namespace logmill::query
