// fields a, b: only these, in this order. drop a, b: all but these. rename a as b.
#include "query/pipeline/stage.h"
#include "query/pipeline/stage_args.h"
#include "query/table/table_view.h"
#include "record/fields.h"

namespace logmill::query {
namespace {

// Shows what comes through a view.
template <class View, class Names>
class ViewStage : public PipeStage {
 public:
  ViewStage(const Names& names, Stage& next) : PipeStage(next), names_(names) {}
  base::Status push(const Rows& rows) override {
    View view(rows.table, names_);
    return next().push({view, rows.selected});
  }

 private:
  const Names& names_;
};

template <class View>
class FieldsNode : public StageNode {
 public:
  FieldsNode(std::string_view name, std::vector<std::string> fields) : name_(name), fields_(std::move(fields)) {}
  void print(std::string& out) const override {
    out.append(name_).append(" ");
    append_fields(out, fields_);
  }
  std::unique_ptr<Stage> start(Stage& next, Workspace&) const override {
    return std::make_unique<ViewStage<View, std::vector<std::string>>>(fields_, next);
  }
  std::vector<std::string_view> fields() const override { return {fields_.begin(), fields_.end()}; }

 private:
  std::string_view name_;
  std::vector<std::string> fields_;
};

class RenameNode : public StageNode {
 public:
  explicit RenameNode(Renamed::Names names) : names_(std::move(names)) {}
  void print(std::string& out) const override {
    out += "rename ";
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (i > 0) out += ", ";
      append_field_argument(out, names_[i].first);
      out += " as ";
      append_field_argument(out, names_[i].second);
    }
  }
  std::unique_ptr<Stage> start(Stage& next, Workspace&) const override {
    return std::make_unique<ViewStage<Renamed, Renamed::Names>>(names_, next);
  }
  std::vector<std::string_view> fields() const override {
    std::vector<std::string_view> fields;
    for (const auto& [from, to] : names_) fields.push_back(from);
    return fields;
  }

 private:
  Renamed::Names names_;
};

base::Result<std::unique_ptr<StageNode>> parse_rename(Lexer& lexer, const Context&) {
  Renamed::Names names;
  do {
    LOGMILL_ASSIGN_OR_RETURN(std::string from, take_field(lexer));
    if (!lexer.take_keyword("as")) return lexer.error("expected as, like rename a as b");
    lexer.skip_space();
    const std::size_t start = lexer.offset();
    LOGMILL_ASSIGN_OR_RETURN(std::string to, take_field(lexer));
    if (to == record::kTimestamp || to == record::kLevel) return lexer.error_at(start, "no field can be made timestamp or level");
    names.emplace_back(std::move(from), std::move(to));
  } while (lexer.take(","));
  return std::unique_ptr<StageNode>(std::make_unique<RenameNode>(std::move(names)));
}

}  // namespace

extern constexpr StageSpec kFields{
    .name = "fields",
    .usage = "fields FIELD, ...",
    .summary = "only these fields, in this order",
    .sample = "* | fields timestamp, message",
    .parse = [](Lexer& lexer, const Context&) -> base::Result<std::unique_ptr<StageNode>> {
      LOGMILL_ASSIGN_OR_RETURN(auto fields, take_fields(lexer));
      return std::unique_ptr<StageNode>(std::make_unique<FieldsNode<Projection>>("fields", std::move(fields)));
    }};

extern constexpr StageSpec kDrop{.name = "drop",
                                 .usage = "drop FIELD, ...",
                                 .summary = "all but these fields",
                                 .sample = "* | drop host, raw",
                                 .parse = [](Lexer& lexer, const Context&) -> base::Result<std::unique_ptr<StageNode>> {
                                   LOGMILL_ASSIGN_OR_RETURN(auto fields, take_fields(lexer));
                                   return std::unique_ptr<StageNode>(std::make_unique<FieldsNode<Without>>("drop", std::move(fields)));
                                 }};

extern constexpr StageSpec kRename{.name = "rename",
                                   .usage = "rename FIELD as NAME, ...",
                                   .summary = "another name for a field",
                                   .sample = "* | rename status as code",
                                   .parse = parse_rename};

}  // namespace logmill::query
