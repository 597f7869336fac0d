// The part of LogQL that chooses log lines: a selector, line filters, parsers and label filters.
#pragma once

#include <optional>

#include "logserve/loki/logql.h"
#include "logserve/loki/logql_lexer.h"

namespace logmill::logserve {

// So deep parentheses may stand in one another.
constexpr int kLogQlDepthMax = 100;

class SelectionParser {
 public:
  // All must outlive it.
  SelectionParser(LogQlLexer& lexer, const FieldOfLabel& field_of, const query::Context& context)
      : lexer_(lexer), field_of_(field_of), context_(context) {}

  // {a="b",c=~"d"}
  base::Result<query::Expr> take_selector();
  // What may follow it: |= "text" | json | status>=500 | unwrap ms; into `logs` and, of `unwrap`, into `unwrapped`.
  base::Status take_pipeline(LogSelection& logs, std::string& unwrapped);

 private:
  base::Result<query::Expr> take_matcher();
  // False: none comes next.
  base::Result<bool> take_line_filter(LogSelection& logs);
  base::Status take_stage(LogSelection& logs, std::string& unwrapped);
  base::Status take_drop(LogSelection& logs);
  base::Status take_unwrap(std::string& unwrapped);
  base::Result<query::Expr> take_label_filter(int depth);
  base::Result<query::Expr> take_label_and(int depth);
  base::Result<query::Expr> take_label_term(int depth);
  base::Result<query::Expr> compare(std::string_view label, query::Op op, bool negated);
  // Of a label and a text: = != =~ !~.
  base::Result<query::Expr> match(std::string_view label, bool is_regex, bool negated, std::string text);
  void add_filter(LogSelection& logs, query::Expr expr);
  void add_stage(LogSelection& logs, std::string_view stage);

  LogQlLexer& lexer_;
  const FieldOfLabel& field_of_;
  const query::Context& context_;
};

}  // namespace logmill::logserve
