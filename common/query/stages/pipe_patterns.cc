// patterns 10: what messages there are, when what varies in them is left out.
#include "query/pipeline/held_rows.h"
#include "query/pipeline/stage.h"
#include "query/pipeline/stage_args.h"
#include "query/stages/message_pattern.h"
#include "query/table/value_interner.h"
#include "record/fields.h"

namespace logmill::query {
namespace {

class Patterns : public PipeStage {
 public:
  Patterns(std::uint64_t patterns_max, Stage& next, Workspace& workspace)
      : PipeStage(next), patterns_max_(patterns_max > 0 ? patterns_max : UINT64_MAX), share_(workspace) {}

  bool satisfied() const override { return false; }

  base::Status push(const Rows& rows) override {
    LOGMILL_ASSIGN_OR_RETURN(const ColumnView message, rows.table.column(record::kMessage));
    LOGMILL_ASSIGN_OR_RETURN(const ColumnView raw, rows.table.column(record::kRaw));
    for (const std::uint32_t row : rows.selected) {
      record::Value value = message.at(row);
      if (!value.present()) value = raw.at(row);
      if (value.is_text()) count(value.text());
    }
    return share_.hold(patterns_.memory_bytes() + counts_.capacity() * sizeof counts_[0] + example_bytes_, "patterns");
  }

  base::Status finish() override {
    static const std::vector<std::string> kNames = {"count", "pattern", "example"};
    record::Batch batch;
    for (const std::uint32_t pattern : most_frequent(patterns_, counts_, patterns_max_)) {
      const std::size_t row = batch.add_row();
      batch.set(kNames[0], row, record::Value::integer(counts_[pattern]));
      batch.set(kNames[1], row, patterns_.at(pattern));
      batch.set(kNames[2], row, record::Value::string(examples_[pattern]));
    }
    BatchTable table(batch);
    Projection projection(table, kNames);
    LOGMILL_RETURN_IF_ERROR(next().push({projection, all_rows(batch.rows())}));
    return next().finish();
  }

 private:
  void count(std::string_view message) {
    scratch_.clear();
    append_pattern(scratch_, message);
    const std::uint32_t pattern = patterns_.intern(record::Value::string(scratch_));
    if (pattern == counts_.size()) {
      counts_.push_back(0);
      examples_.emplace_back(message);
      example_bytes_ += sizeof(std::string) + message.size();
    }
    ++counts_[pattern];
  }

  std::uint64_t patterns_max_;
  ValueInterner patterns_;
  std::vector<std::int64_t> counts_;
  std::vector<std::string> examples_;
  std::size_t example_bytes_ = 0;
  std::string scratch_;
  Workspace::Share share_;
};

class PatternsNode : public StageNode {
 public:
  explicit PatternsNode(std::uint64_t patterns_max) : patterns_max_(patterns_max) {}
  void print(std::string& out) const override {
    out += "patterns";
    if (patterns_max_ > 0) out += " " + std::to_string(patterns_max_);
  }
  std::unique_ptr<Stage> start(Stage& next, Workspace& workspace) const override {
    return std::make_unique<Patterns>(patterns_max_, next, workspace);
  }
  std::unique_ptr<Stage> start_all(Stage& next, Workspace& workspace) const override {
    return std::make_unique<Patterns>(0, next, workspace);
  }
  std::optional<std::vector<std::string>> row_keys() const override { return std::vector<std::string>{"pattern"}; }
  Flow flow() const override { return Flow::all; }
  std::string chart() const override { return "count"; }

 private:
  std::uint64_t patterns_max_;  // 0: all
};

}  // namespace

extern constexpr StageSpec kPatterns{.name = "patterns",
                                     .usage = "patterns [N]",
                                     .summary = "the shapes of the messages, with their counts and an example",
                                     .sample = "level>=error | patterns 20",
                                     .parse = [](Lexer& lexer, const Context&) -> base::Result<std::unique_ptr<StageNode>> {
                                       LOGMILL_ASSIGN_OR_RETURN(const std::uint64_t patterns_max, take_count(lexer, 0));
                                       return std::unique_ptr<StageNode>(std::make_unique<PatternsNode>(patterns_max));
                                     }};

}  // namespace logmill::query
