#include "query/query.h"

#include <algorithm>
#include <ranges>

#include "query/field_names.h"
#include "query/filter_parser.h"

namespace logmill::query {

base::Result<Query> Query::parse(std::string_view text, const Context& context) {
  Lexer lexer(text);
  LOGMILL_ASSIGN_OR_RETURN(Expr expr, parse_filter(lexer, context));
  std::vector<std::unique_ptr<StageNode>> stages;
  while (lexer.take("|")) {
    if (lexer.at(0) == '|')
      return lexer.error("stages are set off by one |; write OR between terms");
    LOGMILL_ASSIGN_OR_RETURN(stages.emplace_back(), parse_stage(lexer, context));
  }
  if (!lexer.at_end())
    return lexer.error(stages.empty() ? "expected AND, OR, | or the end here"
                                      : "expected | or the end here");
  LOGMILL_ASSIGN_OR_RETURN(Filter filter, Filter::plan(std::move(expr), context));
  return Query(std::move(filter), std::move(stages));
}

std::string Query::text() const {
  std::string out = filter_.text();
  for (const auto& stage : stages_) {
    out += " | ";
    stage->print(out);
  }
  return out;
}

std::vector<std::string_view> Query::fields() const {
  std::vector<std::string_view> fields = field_names(filter_.expr());
  // Behind the first stage there may be fields that no record has.
  if (!stages_.empty())
    for (const std::string_view field : stages_.front()->fields())
      if (std::ranges::find(fields, field) == fields.end()) fields.push_back(field);
  return fields;
}

bool Query::streams() const {
  return std::ranges::all_of(stages_, [](const auto& stage) { return stage->streams(); });
}

bool Query::chart() const { return !stages_.empty() && stages_.back()->chart(); }

Pipeline::Pipeline(const Query& query, Stage& last) : query_(query), first_(&last) {
  for (const auto& node : query.stages() | std::views::reverse) {
    stages_.push_back(node->start(*first_));
    first_ = stages_.back().get();
  }
}

base::Status Pipeline::push(Table& table) {
  LOGMILL_RETURN_IF_ERROR(query_.filter().select(table, keep_));
  selected_.clear();
  for (std::uint32_t row = 0; row < keep_.size(); ++row)
    if (keep_[row]) selected_.push_back(row);
  rows_seen_ += table.rows();
  rows_matched_ += selected_.size();
  return selected_.empty() ? base::Status{} : first_->push({table, selected_});
}

}  // namespace logmill::query
