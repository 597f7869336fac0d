// sample 100: every hundredth row.
#include "query/pipeline/stage.h"
#include "query/pipeline/stage_args.h"

namespace logmill::query {
namespace {

class Sample : public PipeStage {
 public:
  Sample(std::uint64_t every, Stage& next) : PipeStage(next), every_(every) {}
  base::Status push(const Rows& rows) override {
    std::vector<std::uint32_t> kept;
    for (const std::uint32_t row : rows.selected)
      if (seen_++ % every_ == 0) kept.push_back(row);
    return kept.empty() ? base::Status{} : next().push({rows.table, kept});
  }

 private:
  std::uint64_t every_;
  std::uint64_t seen_ = 0;
};

class SampleNode : public StageNode {
 public:
  explicit SampleNode(std::uint64_t every) : every_(every) {}
  void print(std::string& out) const override { out += "sample " + std::to_string(every_); }
  std::unique_ptr<Stage> start(Stage& next, Workspace&) const override { return std::make_unique<Sample>(every_, next); }
  bool keeps_fields() const override { return true; }
  Flow flow() const override { return Flow::in_order; }

 private:
  std::uint64_t every_;
};

}  // namespace

extern constexpr StageSpec kSample{.name = "sample",
                                   .usage = "sample N",
                                   .summary = "every Nth row",
                                   .sample = "* | sample 100",
                                   .parse = [](Lexer& lexer, const Context&) -> base::Result<std::unique_ptr<StageNode>> {
                                     if (lexer.take("1/")) lexer.skip_space();
                                     LOGMILL_ASSIGN_OR_RETURN(const std::uint64_t every, take_count(lexer, 0));
                                     if (every == 0) return lexer.error("expected how many rows to take one of, like sample 100");
                                     return std::unique_ptr<StageNode>(std::make_unique<SampleNode>(every));
                                   }};

}  // namespace logmill::query
