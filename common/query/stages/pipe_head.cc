// head 20: the first rows. Once it has them, nothing more is read.
#include <algorithm>

#include "query/pipeline/stage.h"
#include "query/pipeline/stage_args.h"

namespace logmill::query {
namespace {

constexpr std::uint64_t kHeadRows = 10;

class Head : public PipeStage {
 public:
  Head(std::uint64_t rows, Stage& next) : PipeStage(next), left_(rows) {}
  base::Status push(const Rows& rows) override {
    const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(left_, rows.selected.size()));
    left_ -= taken;
    return taken == 0 ? base::Status{} : next().push({rows.table, rows.selected.first(taken)});
  }
  bool satisfied() const override { return left_ == 0 || next().satisfied(); }

 private:
  std::uint64_t left_;
};

class HeadNode : public StageNode {
 public:
  explicit HeadNode(std::uint64_t rows) : rows_(rows) {}
  void print(std::string& out) const override { out += "head " + std::to_string(rows_); }
  std::unique_ptr<Stage> start(Stage& next, Workspace&) const override { return std::make_unique<Head>(rows_, next); }
  bool keeps_fields() const override { return true; }
  Flow flow() const override { return Flow::in_order; }

 private:
  std::uint64_t rows_;
};

}  // namespace

extern constexpr StageSpec kHead{.name = "head",
                                 .usage = "head [N]",
                                 .summary = "the first N rows (10)",
                                 .sample = "* | head 20",
                                 .parse = [](Lexer& lexer, const Context&) -> base::Result<std::unique_ptr<StageNode>> {
                                   LOGMILL_ASSIGN_OR_RETURN(const std::uint64_t rows, take_count(lexer, kHeadRows));
                                   return std::unique_ptr<StageNode>(std::make_unique<HeadNode>(rows));
                                 }};

}  // namespace logmill::query
