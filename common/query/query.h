// A whole query: a filter, and stages behind it.
//
//   auto query = query::Query::parse("level=ERROR | count by service", context);
//   query::Pipeline pipeline(*query, last);      // `last` is a Stage that shows rows
//   while (…) pipeline.push(table);              // stop early when pipeline.satisfied()
//   pipeline.finish();
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "query/filter/filter.h"
#include "query/pipeline/stage.h"

namespace logmill::query {

class Query {
 public:
  // The error points at the place (syntax_error.h).
  static base::Result<Query> parse(std::string_view text, const Context& context);

  // Which records are to be read: those that match, or more where a stage needs them.
  const Filter& filter() const { return filter_; }
  // As it was asked.
  const Expr& wanted() const { return wanted_; }
  bool reads_more() const { return !(filter_.expr() == wanted_); }
  const std::vector<std::unique_ptr<StageNode>>& stages() const { return stages_; }
  // Canonical; parses to the same query.
  std::string text() const;
  // Appends stages, like "tail 20 | fields a".
  base::Status append(std::string_view stages, const Context& context);
  // Puts one in front of the others.
  base::Status prepend(std::string_view stage, const Context& context);
  // Lets through only what `expr` matches too.
  base::Status narrow(Expr expr, const Context& context);

  // Fields that it reads from records: those of the filter, and of stages that see records as they
  // are.
  std::vector<std::string_view> fields() const;
  // The same, where they and the times alone decide how many records match, or what the first stage counts; nullopt: others may, too.
  std::optional<std::vector<std::string_view>> counted_fields() const;
  // Each matching row goes through by itself.
  bool each_row() const;
  // No stage waits for the last row.
  bool goes_on() const;
  // The answer depends on the order in which rows come in.
  bool order_matters() const;
  // The first stage that needs more than a row by itself, if it can be worked on in shares that are
  // merged.
  std::optional<std::size_t> merge_point() const;
  // The span of time that the first stage that counts counts by; 0: none.
  std::int64_t window_ns() const;
  // The field of what comes out that holds numbers to draw as bars; empty: none.
  std::string chart() const;
  // The field by which that is split over time, if the answer is a timechart by one field as it comes; empty otherwise.
  std::string split() const;
  // What comes out are no records, but few rows of the same fields.
  bool makes_table() const;
  // Does only a share of the work: nothing behind the merge point (save), or before it (load).
  // Fails with invalid if there is none.
  base::Status make_partial(Partial partial);

 private:
  Query(Expr wanted, Filter filter, std::vector<std::unique_ptr<StageNode>> stages)
      : wanted_(std::move(wanted)), filter_(std::move(filter)), stages_(std::move(stages)) {}
  base::Status settle_filter(const Context& context);

  Expr wanted_;
  Filter filter_;
  std::vector<std::unique_ptr<StageNode>> stages_;
};

// One run of a query. Thread-compatible.
class Pipeline {
 public:
  // All must outlive the pipeline.
  explicit Pipeline(const Query& query, Stage& last, Workspace& workspace = Workspace::unbounded())
      : Pipeline(query, last, workspace, query.stages().size()) {}
  // A share of the work: only the stages up to the merge point, whose result `merge` takes in. It
  // is never finished.
  static Pipeline share(const Query& query, Stage& last, Workspace& workspace) {
    return Pipeline(query, last, workspace, *query.merge_point() + 1);
  }

  // Filters the rows of a table and sends them through the stages. Fails as the table does.
  base::Status push(Table& table);
  // The two halves of it, for who sorts rows between them.
  base::Status select(Table& table, std::vector<std::uint32_t>& selected);
  base::Status push_selected(const Rows& rows) { return first_->push(rows); }
  Stage& first() { return *first_; }
  base::Status push_counted(const Rows& rows, std::span<const std::uint32_t> weights) { return first_->push_counted(rows, weights); }
  // Takes in what a run of the same query, or a share of one, has counted so far; the other may go
  // on.
  base::Status merge(Pipeline& other);
  // Stage::spill of all stages.
  std::uint64_t spillable_bytes() const;
  base::Status spill();
  base::Status finish() { return first_->finish(); }
  bool satisfied() const { return first_->satisfied(); }
  // Rows that were looked at, and that the filter let through.
  std::uint64_t rows_seen() const { return rows_seen_; }
  std::uint64_t rows_matched() const { return rows_matched_; }

 private:
  Pipeline(const Query& query, Stage& last, Workspace& workspace, std::size_t stages);
  Stage& merge_stage();

  const Query& query_;
  std::vector<std::unique_ptr<Stage>> stages_;  // the last one first
  Stage* first_;
  Mask keep_;
  std::vector<std::uint32_t> selected_;
  std::uint64_t rows_seen_ = 0, rows_matched_ = 0;
};

}  // namespace logmill::query
