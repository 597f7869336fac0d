// Marks in a text what a filter looked for.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "query/filter/ast.h"

namespace logmill::query {

class Highlighter {
 public:
  // Looks for the words and regular expressions of `expr` that are not negated.
  explicit Highlighter(const Expr& expr);
  ~Highlighter();
  bool empty() const { return finders_.empty(); }

  struct Span {
    std::size_t from, to;
  };
  // What was looked for in the text of records. Sorted, without overlap.
  std::vector<Span> find(std::string_view text) const { return find(text, {}); }
  // What was looked for in this field.
  std::vector<Span> find_in_field(std::string_view value, std::string_view field) const;

  class Finder;

 private:
  struct Wanted {
    std::string field;  // empty: the text
    std::unique_ptr<Finder> finder;
  };
  void collect(const Expr& expr);
  std::vector<Span> find(std::string_view text, std::string_view field) const;

  std::vector<Wanted> finders_;
};

}  // namespace logmill::query
