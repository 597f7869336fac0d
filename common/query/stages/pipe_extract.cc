// extract "user {user} from {ip}", extract /(?P<user>\w+)@/: fields out of text. Rows that do not
// match stay as they are.
#include <re2/re2.h>

#include <memory>

#include "query/filter/ast.h"
#include "query/pipeline/stage.h"
#include "query/pipeline/stage_args.h"
#include "query/stages/text_template.h"
#include "query/table/table_view.h"
#include "query/table/text_of_row.h"
#include "record/json_object.h"

namespace logmill::query {
namespace {

// Immutable.
class Extractor {
 public:
  virtual ~Extractor() = default;
  virtual const std::vector<std::string>& names() const = 0;
  virtual bool match(std::string_view text, std::vector<std::string_view>& found) const = 0;
};

class TemplateExtractor : public Extractor {
 public:
  explicit TemplateExtractor(TextTemplate text_template) : template_(std::move(text_template)) {}
  const std::vector<std::string>& names() const override { return template_.names(); }
  bool match(std::string_view text, std::vector<std::string_view>& found) const override { return template_.match(text, found); }

 private:
  TextTemplate template_;
};

class RegexExtractor : public Extractor {
 public:
  explicit RegexExtractor(const Literal& pattern) : regex_(pattern.text, options(pattern.ignore_case)) {
    if (!regex_.ok()) return;
    for (const auto& [group, name] : regex_.CapturingGroupNames()) {
      groups_.push_back(group);
      names_.push_back(name);
    }
  }
  const re2::RE2& regex() const { return regex_; }
  const std::vector<std::string>& names() const override { return names_; }
  bool match(std::string_view text, std::vector<std::string_view>& found) const override {
    std::vector<re2::StringPiece> parts(static_cast<std::size_t>(regex_.NumberOfCapturingGroups()) + 1);
    if (!regex_.Match({text.data(), text.size()}, 0, text.size(), re2::RE2::UNANCHORED, parts.data(), static_cast<int>(parts.size())))
      return false;
    found.clear();
    for (const int group : groups_) {
      const re2::StringPiece& part = parts[static_cast<std::size_t>(group)];
      found.emplace_back(part.data(), part.size());
    }
    return true;
  }

 private:
  static re2::RE2::Options options(bool ignore_case) {
    re2::RE2::Options options(re2::RE2::Quiet);
    options.set_case_sensitive(!ignore_case);
    return options;
  }
  re2::RE2 regex_;
  std::vector<int> groups_;
  std::vector<std::string> names_;
};

class Extract : public PipeStage {
 public:
  Extract(const Extractor& extractor, const std::string& field, Stage& next) : PipeStage(next), extractor_(extractor), field_(field) {}

  base::Status push(const Rows& rows) override {
    LOGMILL_RETURN_IF_ERROR(prepare(rows.table));
    for (const std::uint32_t row : rows.selected)
      if (extractor_.match(text_.at(row), found_)) keep_found(row);
    Extended extended(rows.table, fields_);
    return next().push({extended, rows.selected});
  }

 private:
  // What stands in a field already stays in the rows that do not match.
  base::Status prepare(Table& table) {
    LOGMILL_ASSIGN_OR_RETURN(text_, TextOfRow::of(table, field_));
    fields_.clear();
    for (const std::string& name : extractor_.names()) {
      LOGMILL_ASSIGN_OR_RETURN(const ColumnView before, table.column(name));
      Extended::Field& field = fields_.emplace_back();
      field.name = name;
      for (std::size_t row = 0; row < table.rows(); ++row) field.values.push_back(before.at(row));
    }
    return {};
  }

  void keep_found(std::uint32_t row) {
    for (std::size_t i = 0; i < found_.size(); ++i)
      if (found_[i].data() != nullptr) fields_[i].values[row] = record::value_from_text(found_[i]);
  }

  const Extractor& extractor_;
  const std::string& field_;
  TextOfRow text_;
  std::vector<Extended::Field> fields_;
  std::vector<std::string_view> found_;
};

class ExtractNode : public StageNode {
 public:
  ExtractNode(std::unique_ptr<Extractor> extractor, Literal pattern, std::string field)
      : extractor_(std::move(extractor)), pattern_(std::move(pattern)), field_(std::move(field)) {}
  void print(std::string& out) const override {
    out += "extract ";
    append_literal(out, pattern_);
    if (field_.empty()) return;
    out += " from ";
    append_field_argument(out, field_);
  }
  std::unique_ptr<Stage> start(Stage& next, Workspace&) const override { return std::make_unique<Extract>(*extractor_, field_, next); }
  std::vector<std::string_view> fields() const override {
    return field_.empty() ? std::vector<std::string_view>{} : std::vector<std::string_view>{field_};
  }

 private:
  std::unique_ptr<Extractor> extractor_;
  Literal pattern_;
  std::string field_;
};

base::Result<std::unique_ptr<Extractor>> make_extractor(const Literal& pattern) {
  if (pattern.form == Literal::Form::quoted) {
    LOGMILL_ASSIGN_OR_RETURN(TextTemplate parsed, TextTemplate::parse(pattern.text));
    return std::unique_ptr<Extractor>(std::make_unique<TemplateExtractor>(std::move(parsed)));
  }
  auto extractor = std::make_unique<RegexExtractor>(pattern);
  if (!extractor->regex().ok())
    return base::Error{base::ErrorCode::invalid, "this regular expression is wrong: " + extractor->regex().error()};
  if (extractor->names().empty()) return base::Error{base::ErrorCode::invalid, "expected a group with a name, like (?P<user>\\w+)"};
  return std::unique_ptr<Extractor>(std::move(extractor));
}

base::Result<std::unique_ptr<StageNode>> parse_extract(Lexer& lexer, const Context&) {
  lexer.skip_space();
  const std::size_t start = lexer.offset();
  Literal pattern;
  if (lexer.next_is_quote()) {
    LOGMILL_ASSIGN_OR_RETURN(pattern.text, lexer.take_quoted());
    pattern.form = Literal::Form::quoted;
  } else if (auto regex = lexer.take_regex()) {
    pattern = {std::move(regex->pattern), Literal::Form::regex, regex->ignore_case};
  } else {
    return lexer.error("expected a template like \"user {user} from {ip}\", or /(?P<user>...)/");
  }
  auto extractor = make_extractor(pattern);
  if (!extractor) return lexer.error_at(start, extractor.error().what);
  std::string field;
  if (lexer.take_keyword("from")) {
    LOGMILL_ASSIGN_OR_RETURN(field, take_field(lexer));
  }
  return std::unique_ptr<StageNode>(std::make_unique<ExtractNode>(*std::move(extractor), std::move(pattern), std::move(field)));
}

}  // namespace

extern constexpr StageSpec kExtract{.name = "extract",
                                    .usage = "extract \"TEXT {NAME} ...\" or /REGEX/ [from FIELD]",
                                    .summary = "fields out of the message, or of another field",
                                    .sample = "* | extract \"user {user} from {ip}\" | uniq user",
                                    .parse = parse_extract};

}  // namespace logmill::query
