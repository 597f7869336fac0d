// sort -count, service: by one field, then the next; a minus in front turns the order round.
#include "query/pipeline/row_sorter.h"
#include "query/pipeline/stage_args.h"

namespace logmill::query {
namespace {

class Sort : public PipeStage {
 public:
  Sort(const std::vector<SortKey>& keys, Stage& next, Workspace& workspace) : PipeStage(next), sorter_(keys, workspace) {}

  bool satisfied() const override { return false; }
  base::Status push(const Rows& rows) override { return sorter_.add(rows); }
  base::Status finish() override {
    LOGMILL_RETURN_IF_ERROR(sorter_.release(next()));
    return next().finish();
  }

 private:
  RowSorter sorter_;
};

class SortNode : public StageNode {
 public:
  explicit SortNode(std::vector<SortKey> keys) : keys_(std::move(keys)) {}
  void print(std::string& out) const override {
    out += "sort ";
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      if (i > 0) out += ", ";
      if (keys_[i].descending) out.push_back('-');
      append_field_argument(out, keys_[i].field);
    }
  }
  std::unique_ptr<Stage> start(Stage& next, Workspace& workspace) const override { return std::make_unique<Sort>(keys_, next, workspace); }
  std::vector<std::string_view> fields() const override {
    std::vector<std::string_view> fields;
    for (const SortKey& key : keys_) fields.push_back(key.field);
    return fields;
  }
  bool keeps_fields() const override { return true; }
  Flow flow() const override { return Flow::all; }

 private:
  std::vector<SortKey> keys_;
};

base::Result<std::unique_ptr<StageNode>> parse_sort(Lexer& lexer, const Context&) {
  std::vector<SortKey> keys;
  lexer.take_keyword("by");
  do {
    SortKey key;
    key.descending = lexer.take("-");
    LOGMILL_ASSIGN_OR_RETURN(key.field, take_field(lexer));
    if (lexer.take_keyword("desc"))
      key.descending = true;
    else
      lexer.take_keyword("asc");
    keys.push_back(std::move(key));
  } while (lexer.take(","));
  return std::unique_ptr<StageNode>(std::make_unique<SortNode>(std::move(keys)));
}

}  // namespace

extern constexpr StageSpec kSort{.name = "sort",
                                 .usage = "sort [-]FIELD, ...",
                                 .summary = "in the order of a field; - for the greatest first",
                                 .sample = "* | sort -count, service",
                                 .parse = parse_sort};

}  // namespace logmill::query
