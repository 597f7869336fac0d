#include "query/stages/parse_node.h"

#include <algorithm>
#include <cassert>

#include "parse/parser.h"
#include "query/pipeline/stage_args.h"
#include "query/table/overlay.h"
#include "query/table/text_of_row.h"

namespace logmill::query {
namespace {

// What becomes of a field that the row has already.
enum class Known { replaced, kept };

constexpr std::string_view kKeep = "keep", kExtracted = "_extracted";

class ParseText : public PipeStage {
 public:
  ParseText(const parse::ParserSpec& format, const std::string& field, Known known, Stage& next)
      : PipeStage(next), format_(format), field_(field), known_(known), writer_(fields_) {}

  base::Status push(const Rows& rows) override {
    LOGMILL_ASSIGN_OR_RETURN(const TextOfRow text, TextOfRow::of(rows.table, field_));
    if (known_ == Known::kept) LOGMILL_RETURN_IF_ERROR(look_at(rows.table));
    fields_.clear();
    writer_.reset();
    std::uint32_t filled = 0;
    // Rows may come in any order; the batch has one for each of the table.
    for (std::size_t row = 0; row < rows.table.rows(); ++row) fields_.add_row();
    for (const std::uint32_t row : rows.selected) {
      if (!text.at(row).empty() && read(text.at(row), row)) ++filled;
    }
    if (filled == 0) return next().push(rows);
    Overlay overlay(rows.table, fields_);
    return next().push({overlay, rows.selected});
  }

 private:
  // A text that is not of the format leaves its row as it is: it is parsed into a row of its own
  // first.
  bool read(std::string_view text, std::uint32_t row) {
    const std::string_view line = fields_.own(text);
    trial_.clear();
    record::RowWriter trial(trial_);
    trial.add_row();
    const parse::ParseContext context{.reference = 0, .memory = memory_};
    if (!format_.parse(line, trial, context).matched()) return false;
    writer_.select_row(row);
    if (trial.has_time() && !keeps_time(row)) writer_.set_time(trial_.times()[0]);
    if (trial.has_level() && !keeps_level(row)) writer_.set_level(trial_.levels()[0]);
    for (const record::Column& column : trial_.columns())
      if (column.at(0).present())
        writer_.set(keeps(column.name, row) ? column.name + std::string(kExtracted) : column.name, owned(column.at(0)));
    return true;
  }

  base::Status look_at(Table& table) {
    LOGMILL_ASSIGN_OR_RETURN(times_, table.times());
    LOGMILL_ASSIGN_OR_RETURN(levels_, table.levels());
    there_.clear();
    for (const std::string_view name : table.field_names()) {
      LOGMILL_ASSIGN_OR_RETURN(const ColumnView column, table.field(name));
      there_.emplace_back(name, column);
    }
    return {};
  }
  bool keeps_time(std::size_t row) const { return known_ == Known::kept && !times_.empty() && times_[row] != record::kNoTime; }
  bool keeps_level(std::size_t row) const { return known_ == Known::kept && !levels_.empty() && levels_[row] != record::Severity::none; }
  bool keeps(std::string_view name, std::size_t row) const {
    if (known_ == Known::replaced) return false;
    // The text that is parsed is that of the row, whatever it is called.
    if (name == record::kMessage && field_.empty()) return true;
    const auto there = std::ranges::find(there_, name, &std::pair<std::string_view, ColumnView>::first);
    return there != there_.end() && there->second.at(row).present();
  }

  record::Value owned(const record::Value& value) {
    if (value.kind() == record::Kind::string) return record::Value::string(fields_.own(value.text()));
    if (value.kind() == record::Kind::json) return record::Value::json(fields_.own(value.text()));
    return value;
  }

  const parse::ParserSpec& format_;
  const std::string& field_;
  const Known known_;
  std::span<const base::TimeNs> times_;
  std::span<const record::Severity> levels_;
  std::vector<std::pair<std::string_view, ColumnView>> there_;
  record::Batch fields_, trial_;
  record::RowWriter writer_;
  parse::ParseMemory memory_;
};

class ParseNode : public StageNode {
 public:
  ParseNode(const parse::ParserSpec& format, std::string field, Known known) : format_(format), field_(std::move(field)), known_(known) {}
  void print(std::string& out) const override {
    out += format_.name;
    if (known_ == Known::kept) out.append(" ").append(kKeep);
    if (field_.empty()) return;
    out += " from ";
    append_field_argument(out, field_);
  }
  std::unique_ptr<Stage> start(Stage& next, Workspace&) const override {
    return std::make_unique<ParseText>(format_, field_, known_, next);
  }
  std::vector<std::string_view> fields() const override {
    return field_.empty() ? std::vector<std::string_view>{} : std::vector<std::string_view>{field_};
  }

 private:
  const parse::ParserSpec& format_;
  std::string field_;
  const Known known_;
};

}  // namespace

base::Result<std::unique_ptr<StageNode>> take_parse_stage(Lexer& lexer, std::string_view format) {
  const parse::ParserSpec* spec = parse::find_parser(format);
  assert(spec);
  const Known known = lexer.take_keyword(kKeep) ? Known::kept : Known::replaced;
  std::string field;
  if (lexer.take_keyword("from")) {
    LOGMILL_ASSIGN_OR_RETURN(field, take_field(lexer));
  }
  return std::unique_ptr<StageNode>(std::make_unique<ParseNode>(*spec, std::move(field), known));
}

}  // namespace logmill::query
