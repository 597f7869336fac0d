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
  // Looks for the words and regular expressions of `expr` that are not negated and that are about
  // the text.
  explicit Highlighter(const Expr& expr);
  ~Highlighter();
  bool empty() const { return finders_.empty(); }

  struct Span {
    std::size_t from, to;
  };
  // Sorted, without overlap.
  std::vector<Span> find(std::string_view text) const;

  class Finder;

 private:
  void collect(const Expr& expr);
  std::vector<std::unique_ptr<Finder>> finders_;
};

}  // namespace logmill::query
