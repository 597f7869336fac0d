// tail 20: the last rows.
#include "query/pipeline/held_rows.h"
#include "query/pipeline/stage.h"
#include "query/pipeline/stage_args.h"

namespace logmill::query {
namespace {

constexpr std::uint64_t kTailRows = 10;
// Held rows are thinned out when there are this many more than wanted, so that copying costs little
// a row.
constexpr std::size_t kSlackRows = 4096;

class Tail : public PipeStage {
 public:
  Tail(std::uint64_t rows, Stage& next, Workspace& workspace) : PipeStage(next), wanted_(rows), share_(workspace) {}

  base::Status push(const Rows& rows) override {
    const std::size_t taken = std::min<std::size_t>(wanted_, rows.selected.size());
    LOGMILL_RETURN_IF_ERROR(held_.add({rows.table, rows.selected.last(taken)}));
    // Rows may be longer than was thought: before giving up, only those wanted are kept.
    share_.set(held_.memory_bytes());
    if (held_.size() > 2 * wanted_ + kSlackRows || share_.exceeded()) LOGMILL_RETURN_IF_ERROR(thin_out());
    return share_.hold(held_.memory_bytes(), "tail");
  }

  base::Status finish() override {
    const auto table = held_.table();
    LOGMILL_RETURN_IF_ERROR(next().push({*table, last_rows()}));
    return next().finish();
  }

 private:
  std::vector<std::uint32_t> last_rows() const {
    std::vector<std::uint32_t> rows = all_rows(held_.size());
    if (rows.size() > wanted_) rows.erase(rows.begin(), rows.end() - static_cast<std::ptrdiff_t>(wanted_));
    return rows;
  }
  base::Status thin_out() {
    HeldRows kept;
    LOGMILL_RETURN_IF_ERROR(kept.add({*held_.table(), last_rows()}));
    held_ = std::move(kept);
    return {};
  }

  std::size_t wanted_;
  HeldRows held_;
  Workspace::Share share_;
};

class TailNode : public StageNode {
 public:
  explicit TailNode(std::uint64_t rows) : rows_(rows) {}
  void print(std::string& out) const override { out += "tail " + std::to_string(rows_); }
  std::unique_ptr<Stage> start(Stage& next, Workspace& workspace) const override { return std::make_unique<Tail>(rows_, next, workspace); }
  bool keeps_fields() const override { return true; }
  Flow flow() const override { return Flow::last_ones; }

 private:
  std::uint64_t rows_;
};

}  // namespace

extern constexpr StageSpec kTail{.name = "tail",
                                 .usage = "tail [N]",
                                 .summary = "the last N rows (10)",
                                 .sample = "* | tail 20",
                                 .parse = [](Lexer& lexer, const Context&) -> base::Result<std::unique_ptr<StageNode>> {
                                   LOGMILL_ASSIGN_OR_RETURN(const std::uint64_t rows, take_count(lexer, kTailRows));
                                   return std::unique_ptr<StageNode>(std::make_unique<TailNode>(rows));
                                 }};

}  // namespace logmill::query
