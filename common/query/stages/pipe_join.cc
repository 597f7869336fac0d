// join hosts.csv by host: the fields of the row of a file that has the same host. Rows without one
// stay as they are.
#include <memory>

#include "query/pipeline/stage.h"
#include "query/pipeline/stage_args.h"
#include "query/stages/lookup_file.h"
#include "query/table/overlay.h"
#include "record/fields.h"
#include "record/json_object.h"

namespace logmill::query {
namespace {

struct JoinPlan {
  sys::FileSystem* files = nullptr;  // outlives the query
  std::string path;
  std::vector<std::string> by;
};

class Join : public PipeStage {
 public:
  Join(const JoinPlan& plan, Stage& next, Workspace& workspace) : PipeStage(next), plan_(plan), share_(workspace) {}

  base::Status push(const Rows& rows) override {
    if (!file_) {
      LOGMILL_ASSIGN_OR_RETURN(LookupFile file, LookupFile::open(*plan_.files, plan_.path, plan_.by));
      file_ = std::make_unique<LookupFile>(std::move(file));
      LOGMILL_RETURN_IF_ERROR(share_.hold(file_->memory_bytes(), "join"));
    }
    LOGMILL_RETURN_IF_ERROR(look_up(rows));
    Overlay overlay(rows.table, found_);
    return next().push({overlay, rows.selected});
  }

 private:
  base::Status look_up(const Rows& rows) {
    std::vector<ColumnView> keys;
    for (const std::string& field : file_->key_fields()) {
      LOGMILL_ASSIGN_OR_RETURN(keys.emplace_back(), rows.table.field(field));
    }
    found_.clear();
    for (std::size_t row = 0; row < rows.table.rows(); ++row) found_.add_row();
    std::vector<std::string> key(keys.size());
    for (const std::uint32_t row : rows.selected) {
      for (std::size_t i = 0; i < keys.size(); ++i) {
        key[i].clear();
        record::append_plain(key[i], keys[i].at(row));
      }
      if (const int match = file_->find(key); match >= 0) take_fields_of(static_cast<std::size_t>(match), row);
    }
    return {};
  }

  // Values point into the file's batch, which stays.
  void take_fields_of(std::size_t match, std::uint32_t row) {
    const record::Batch& theirs = file_->rows();
    for (const record::Column& column : theirs.columns())
      if (column.at(match).present()) found_.set(column.name, row, column.at(match));
    if (theirs.levels()[match] != record::Severity::none) found_.levels()[row] = theirs.levels()[match];
  }

  const JoinPlan& plan_;
  std::unique_ptr<LookupFile> file_;  // opened when the first rows come
  record::Batch found_;
  Workspace::Share share_;
};

class JoinNode : public StageNode {
 public:
  explicit JoinNode(JoinPlan plan) : plan_(std::move(plan)) {}
  void print(std::string& out) const override {
    out += "join ";
    append_quoted(out, plan_.path);
    if (plan_.by.empty()) return;
    out += " by ";
    append_fields(out, plan_.by);
  }
  std::unique_ptr<Stage> start(Stage& next, Workspace& workspace) const override { return std::make_unique<Join>(plan_, next, workspace); }
  std::vector<std::string_view> fields() const override { return {plan_.by.begin(), plan_.by.end()}; }

 private:
  JoinPlan plan_;
};

base::Result<std::unique_ptr<StageNode>> parse_join(Lexer& lexer, const Context& context) {
  JoinPlan plan{context.files, {}, {}};
  lexer.skip_space();
  const std::size_t start = lexer.offset();
  if (lexer.next_is_quote()) {
    LOGMILL_ASSIGN_OR_RETURN(plan.path, lexer.take_quoted());
  } else {
    plan.path = lexer.take_value();
  }
  if (!plan.files) return lexer.error_at(start, "no files can be read here");
  if (plan.path.empty()) return lexer.error_at(start, "expected a file, like join hosts.csv by host");
  if (lexer.take_keyword("by")) {
    LOGMILL_ASSIGN_OR_RETURN(plan.by, take_fields(lexer));
  }
  return std::unique_ptr<StageNode>(std::make_unique<JoinNode>(std::move(plan)));
}

}  // namespace

extern constexpr StageSpec kJoin{.name = "join",
                                 .usage = "join FILE [by FIELD, ...]",
                                 .summary = "the fields of the row of a .csv, .tsv or .ndjson file with the same FIELD",
                                 .sample = "* | join hosts.csv by host | count by team",
                                 .parse = parse_join};

}  // namespace logmill::query
