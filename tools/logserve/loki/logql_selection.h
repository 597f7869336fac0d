// The part of LogQL that chooses log lines: a selector, line filters, parsers and label filters.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logserve/loki/logql.h"
#include "logserve/loki/logql_address.h"
#include "logserve/loki/logql_lexer.h"

namespace logmill::logserve {

// So deep parentheses may stand in one another.
constexpr int kLogQlDepthMax = 100;

class SelectionParser {
 public:
  // All must outlive it.
  SelectionParser(LogQlLexer& lexer, const FieldOfLabel& field_of, const query::Context& context)
      : lexer_(lexer), field_of_(field_of), context_(context) {}

  // {a="b",c=~"d"}; what it names goes into `logs`, too.
  base::Result<query::Expr> take_selector(LogSelection& logs);
  // What may follow it: |= "text" | json | status>=500 | unwrap ms; into `logs` and, of `unwrap`, into `unwrapped`.
  base::Status take_pipeline(LogSelection& logs, std::string& unwrapped);

 private:
  base::Result<query::Expr> take_matcher(LogSelection& logs);
  // False: none comes next.
  base::Result<bool> take_line_filter(LogSelection& logs);
  // ip("10.0.0.0/8"), as a regular expression.
  base::Result<std::string> take_addresses(AddressIn place);
  base::Status take_stage(LogSelection& logs, std::string& unwrapped);
  // json, logfmt, unpack
  base::Status take_parser(LogSelection& logs);
  // regexp, pattern
  base::Status take_extractor(LogSelection& logs);
  base::Status take_line_format(LogSelection& logs);
  base::Status take_label_format(LogSelection& logs);
  base::Status take_drop(LogSelection& logs);
  base::Status take_keep(LogSelection& logs);
  base::Status take_distinct(LogSelection& logs);
  // Names of labels, with commas between them: as fields.
  base::Result<std::vector<std::string>> take_labels(std::string_view stage);
  // The name of a label that can be made.
  base::Result<std::string_view> take_new_label();
  base::Result<std::string> take_template();
  base::Status take_unwrap(std::string& unwrapped);
  base::Result<query::Expr> take_label_filter(int depth);
  base::Result<query::Expr> take_label_and(int depth);
  base::Result<query::Expr> take_label_term(int depth);
  base::Result<query::Expr> compare(std::string_view label, query::Op op, bool negated);
  // Of a label and a text: = != =~ !~.
  base::Result<query::Expr> match(std::string_view label, bool is_regex, bool negated, std::string text);
  void add_filter(LogSelection& logs, query::Expr expr);
  // Fails, at what was read last, if it makes no sense.
  base::Status add_stage(LogSelection& logs, std::string_view stage);
  // Of the line as it is behind the stages that are there.
  base::Status add_line_filter(LogSelection& logs, query::Expr expr);
  std::string field_of(std::string_view label) const { return field_of_(label, stages_); }

  LogQlLexer& lexer_;
  const FieldOfLabel& field_of_;
  const query::Context& context_;
  std::string stages_;         // of the pipeline that is being read, so far
  bool filters_stay_ = false;  // behind one of them, which changes the line, or which lines come after it
};

}  // namespace logmill::logserve
