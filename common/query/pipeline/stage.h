// What happens to rows after the filter: stages that push rows to one another.
//
// A stage is parsed into a StageNode, which prints back to its text; the node makes a Stage for a
// run. Stages are one pipe_<name>.cc each, listed in pipe_table.cc.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "query/filter/ast.h"
#include "query/language/context.h"
#include "query/language/lexer.h"
#include "query/pipeline/workspace.h"
#include "query/table/table.h"

namespace logmill::query {

// Some rows of a table, in the order to take them.
struct Rows {
  Table& table;
  std::span<const std::uint32_t> selected;
};

// Thread-compatible.
class Stage {
 public:
  virtual ~Stage() = default;
  // The rows and what they point to live until this returns; who needs them longer copies them.
  virtual base::Status push(const Rows& rows) = 0;
  // Nothing more will come: gives on what was held back. Called once.
  virtual base::Status finish() = 0;
  // No further row would change the outcome: whoever pushes may stop.
  virtual bool satisfied() const = 0;
  // Takes in what `other`, a stage of the same node that saw other rows, holds. Only of nodes that
  // are mergeable().
  virtual base::Status merge(Stage& other);
  // As if each of `rows` had come `weights[i]` times. Only of nodes that are counts_of() something.
  virtual base::Status push_counted(const Rows& rows, std::span<const std::uint32_t> weights);
  // What it holds and can put into temporary files, and puts there: for who runs many stages at once and has less memory than they hold.
  virtual std::uint64_t spillable_bytes() const { return 0; }
  virtual base::Status spill() { return {}; }
  // What comes next does not join on to what came: the lines around another hit.
  virtual base::Status separate() { return {}; }
};

// A stage in front of another.
class PipeStage : public Stage {
 public:
  explicit PipeStage(Stage& next) : next_(next) {}
  base::Status finish() override { return next_.finish(); }
  bool satisfied() const override { return next_.satisfied(); }
  base::Status separate() override { return next_.separate(); }

 protected:
  Stage& next() { return next_; }
  const Stage& next() const { return next_; }

 private:
  Stage& next_;
};

// What a stage needs of the rows that come in.
enum class Flow {
  each_row,   // every row by itself, and it goes on at once
  in_order,   // rows go on at once, but which ones depends on those before
  last_ones,  // holds rows back to the end; their order matters
  all,        // holds rows back to the end; their order does not matter
};

// What several runs each do for one answer: docs/formats/partial.md.
enum class Partial {
  save,  // collect, and give what was collected
  load   // take in what others collected
};

class StageNode {
 public:
  virtual ~StageNode() = default;
  // Text that parses to the same stage, without the bar.
  virtual void print(std::string& out) const = 0;
  // `next` outlives the stage, and so does this node.
  virtual std::unique_ptr<Stage> start(Stage& next, Workspace& workspace) const = 0;
  // The fields that it reads, for finding mistyped ones.
  virtual std::vector<std::string_view> fields() const { return {}; }
  // Whether the records that it lets through have the same fields as those that came: it only
  // chooses or orders.
  virtual bool keeps_fields() const { return false; }
  virtual Flow flow() const { return Flow::each_row; }
  // Whether several stages of it may each take a share of the rows and then be merged into one.
  virtual bool mergeable() const { return false; }
  // From now on its runs do only this; false if it cannot, which is when it is not mergeable.
  virtual bool make_partial(Partial) { return false; }
  std::string text() const {
    std::string out;
    print(out);
    return out;
  }
  // The fields whose values it counts rows by, where that is all it does, perhaps for each span_ns() of time: then counts stand
  // for rows.
  virtual std::optional<std::vector<std::string_view>> counts_of() const { return std::nullopt; }
  // The span of time that it counts by; 0: none.
  virtual std::int64_t span_ns() const { return 0; }
  // The field of its rows that holds numbers to draw as bars; empty: none.
  virtual std::string chart() const { return {}; }
  // The field by whose values a chart over time is split, where their numbers add up to a whole; empty if it is none.
  virtual std::string split() const { return {}; }

  // What is to be read of the records, where the query asks for those that match `wanted`. A stage
  // that needs more than those filters by itself, and gives back a wider filter.
  virtual base::Result<Expr> widen(Expr wanted, const Context&) { return wanted; }
  // The fields that tell its rows apart, of stages that count; nullopt: others. And a run of it
  // that gives all rows, however few were asked for.
  virtual std::optional<std::vector<std::string>> row_keys() const { return std::nullopt; }
  virtual std::unique_ptr<Stage> start_all(Stage& next, Workspace& workspace) const { return start(next, workspace); }
};

struct StageSpec {
  std::string_view name;
  std::string_view usage;
  std::string_view summary;
  std::string_view sample;  // a query that uses it
  // Reads what follows the name, up to | or the end (checked by the caller).
  base::Result<std::unique_ptr<StageNode>> (*parse)(Lexer& lexer, const Context& context);
  // Of stages that take in the one before them: called after `parse`, at the end of the stage.
  base::Status (*take_previous)(StageNode& stage, std::unique_ptr<StageNode> previous) = nullptr;
  // The stage must see records as they come in: only stages that look at each row by itself may
  // stand before it.
  bool first = false;
};

std::span<const StageSpec* const> stage_specs();

// One stage, name and all, and puts it behind `stages`.
base::Status parse_stage(Lexer& lexer, const Context& context, std::vector<std::unique_ptr<StageNode>>& stages);

}  // namespace logmill::query
