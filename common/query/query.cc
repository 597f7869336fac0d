#include "query/query.h"

#include <algorithm>
#include <iterator>

#include "query/filter/field_names.h"
#include "query/filter/filter_parser.h"

namespace logmill::query {
namespace {

base::Status parse_stages(Lexer& lexer, const Context& context, std::vector<std::unique_ptr<StageNode>>& stages) {
  do {
    if (lexer.at(0) == '|') return lexer.error("stages are set off by one |; write OR between terms");
    LOGMILL_RETURN_IF_ERROR(parse_stage(lexer, context, stages));
  } while (lexer.take("|"));
  return {};
}

// What comes out are not records.
bool makes_rows(const std::unique_ptr<StageNode>& stage) { return stage->flow() == Flow::all && !stage->keeps_fields(); }

}  // namespace

base::Result<Query> Query::parse(std::string_view text, const Context& context) {
  Lexer lexer(text);
  LOGMILL_ASSIGN_OR_RETURN(Expr expr, parse_filter(lexer, context));
  std::vector<std::unique_ptr<StageNode>> stages;
  if (lexer.peek() == '|') {
    lexer.take("|");
    LOGMILL_RETURN_IF_ERROR(parse_stages(lexer, context, stages));
  } else if (!lexer.at_end()) {
    return lexer.error("expected AND, OR, | or the end here");
  }
  LOGMILL_ASSIGN_OR_RETURN(Filter filter, Filter::plan(expr, context));
  Query query(std::move(expr), std::move(filter), std::move(stages));
  LOGMILL_RETURN_IF_ERROR(query.settle_filter(context));
  return query;
}

base::Status Query::settle_filter(const Context& context) {
  Expr expr = wanted_;
  for (const auto& stage : stages_) {
    LOGMILL_ASSIGN_OR_RETURN(expr, stage->widen(std::move(expr), context));
  }
  LOGMILL_ASSIGN_OR_RETURN(filter_, Filter::plan(std::move(expr), context));
  return {};
}

base::Status Query::append(std::string_view stages, const Context& context) {
  Lexer lexer(stages);
  LOGMILL_RETURN_IF_ERROR(parse_stages(lexer, context, stages_));
  return settle_filter(context);
}

base::Status Query::prepend(std::string_view stage, const Context& context) {
  Lexer lexer(stage);
  std::vector<std::unique_ptr<StageNode>> first;
  LOGMILL_RETURN_IF_ERROR(parse_stages(lexer, context, first));
  std::ranges::move(stages_, std::back_inserter(first));
  stages_ = std::move(first);
  return settle_filter(context);
}

base::Status Query::narrow(Expr expr, const Context& context) {
  std::vector<Expr> both;
  if (wanted_.kind != Expr::Kind::everything) both.push_back(std::move(wanted_));
  both.push_back(std::move(expr));
  wanted_ = join(Expr::Kind::all_of, std::move(both));
  return settle_filter(context);
}

std::string Query::text() const {
  std::string out;
  append_expr(out, wanted_);
  for (const auto& stage : stages_) {
    out += " | ";
    stage->print(out);
  }
  return out;
}

std::vector<std::string_view> Query::fields() const {
  std::vector<std::string_view> fields = field_names(wanted_);
  for (const auto& stage : stages_) {
    for (const std::string_view field : stage->fields())
      if (std::ranges::find(fields, field) == fields.end()) fields.push_back(field);
    // Behind it there may be fields that no record has.
    if (!stage->keeps_fields()) break;
  }
  return fields;
}

std::optional<std::vector<std::string_view>> Query::counted_fields() const {
  if (has_text_term(wanted_) || (!stages_.empty() && !stages_.front()->counts_of())) return std::nullopt;
  return fields();
}

bool Query::each_row() const {
  return std::ranges::all_of(stages_, [](const auto& stage) { return stage->flow() == Flow::each_row; });
}

bool Query::goes_on() const {
  return std::ranges::all_of(stages_, [](const auto& stage) { return stage->flow() == Flow::each_row || stage->flow() == Flow::in_order; });
}

bool Query::order_matters() const {
  for (const auto& stage : stages_)
    if (stage->flow() != Flow::each_row) return stage->flow() != Flow::all;
  return true;
}

std::optional<std::size_t> Query::merge_point() const {
  for (std::size_t i = 0; i < stages_.size(); ++i)
    if (stages_[i]->flow() != Flow::each_row) return stages_[i]->mergeable() ? std::optional(i) : std::nullopt;
  return std::nullopt;
}

std::int64_t Query::window_ns() const {
  for (const auto& stage : stages_)
    if (stage->flow() != Flow::each_row) return stage->span_ns();
  return 0;
}

std::string Query::chart() const {
  const auto counting = std::ranges::find_if(stages_.rbegin(), stages_.rend(), makes_rows);
  return counting == stages_.rend() ? std::string{} : (*counting)->chart();
}

std::string Query::split() const { return stages_.empty() ? std::string{} : stages_.back()->split(); }

bool Query::makes_table() const { return std::ranges::any_of(stages_, makes_rows); }

base::Status Query::make_partial(Partial partial) {
  const auto point = merge_point();
  if (!point || !stages_[*point]->make_partial(partial))
    return base::Error{base::ErrorCode::invalid, "--partial and --merge need a query that counts, like | count by service: " + text()};
  const auto at = stages_.begin() + static_cast<std::ptrdiff_t>(*point);
  if (partial == Partial::save) {
    stages_.erase(at + 1, stages_.end());
    return {};
  }
  stages_.erase(stages_.begin(), at);
  wanted_ = Expr{};
  LOGMILL_ASSIGN_OR_RETURN(filter_, Filter::plan(wanted_, {}));
  return {};
}

Pipeline::Pipeline(const Query& query, Stage& last, Workspace& workspace, std::size_t stages) : query_(query), first_(&last) {
  for (std::size_t i = std::min(stages, query.stages().size()); i > 0; --i) {
    stages_.push_back(query.stages()[i - 1]->start(*first_, workspace));
    first_ = stages_.back().get();
  }
}

base::Status Pipeline::push(Table& table) {
  LOGMILL_RETURN_IF_ERROR(select(table, selected_));
  return selected_.empty() ? base::Status{} : push_selected({table, selected_});
}

Stage& Pipeline::merge_stage() { return *stages_[stages_.size() - 1 - *query_.merge_point()]; }

base::Status Pipeline::merge(Pipeline& other) { return merge_stage().merge(other.merge_stage()); }

std::uint64_t Pipeline::spillable_bytes() const {
  std::uint64_t bytes = 0;
  for (const auto& stage : stages_) bytes += stage->spillable_bytes();
  return bytes;
}

base::Status Pipeline::spill() {
  for (const auto& stage : stages_) LOGMILL_RETURN_IF_ERROR(stage->spill());
  return {};
}

base::Status Pipeline::select(Table& table, std::vector<std::uint32_t>& selected) {
  LOGMILL_RETURN_IF_ERROR(query_.filter().select(table, keep_));
  selected.clear();
  for (std::uint32_t row = 0; row < keep_.size(); ++row)
    if (keep_[row]) selected.push_back(row);
  rows_seen_ += table.rows();
  rows_matched_ += selected.size();
  return {};
}

}  // namespace logmill::query
