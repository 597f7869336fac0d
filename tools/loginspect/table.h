// Text in columns, for people.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "query/output/style.h"

namespace logmill::loginspect {

// As wide as its cells need, the first line painted as a heading. A row may have fewer cells.
class Table {
 public:
  enum class Align { left, right };
  struct Heading {
    std::string_view text;
    Align align;
  };
  Table(std::vector<Heading> headings, query::Style style) : headings_(std::move(headings)), style_(style) {}

  struct Cell {
    std::string text;
    query::Paint paint = query::Paint::plain;
  };
  void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }
  // The heading and all rows.
  std::string text() const;

 private:
  std::vector<Heading> headings_;
  query::Style style_;
  std::vector<std::vector<Cell>> rows_;
};

// "312", "18.1K", "1.50M": at most five characters.
std::string short_size(std::uint64_t bytes);
// "61.2%"
std::string percent(double part, double whole);

}  // namespace logmill::loginspect
