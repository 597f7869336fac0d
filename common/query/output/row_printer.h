// Rows as text, in one of several forms: one print_<name>.cc each, listed in print_table.cc.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "query/filter/ast.h"
#include "query/pipeline/stage.h"

namespace logmill::query {

struct PrintOptions {
  bool color = false;
  bool terminal = false;                           // control characters must not reach it
  bool utc = false;                                // times for people are in the local zone otherwise
  const Expr* hits = nullptr;                      // what to mark in the text, if coloured; must outlive the printer
  bool table = false;                              // text is to be a table: the rows are no records
  std::string chart = {};                          // draw bars for the numbers in this field
  std::string split = {};                          // and give each value of this one a column; the rows are in order of time
  std::size_t width = 0;                           // of the terminal; 0: no matter
  std::vector<std::string> columns = {};           // of csv and tsv, where they are known; else those of the first rows
  bool with_head = true;                           // write the head line
  bool fold = false;                               // show only the beginning of very long values
  Workspace* workspace = &Workspace::unbounded();  // for who holds all rows to the end; must outlive the printer
};

class RowPrinter {
 public:
  virtual ~RowPrinter() = default;
  // Appends the rows, or holds them back. Fails as the table does.
  virtual base::Status print(const Rows& rows, std::string& out) = 0;
  // Appends what was held back, and an end where the form has one.
  virtual base::Status finish(std::string&) { return {}; }
  // Fields that could not be shown because a head line had been written without them; each once.
  virtual std::vector<std::string> left_out() const { return {}; }
  // The columns of the head line, once it was written.
  virtual std::vector<std::string> columns() const { return {}; }
};

struct PrinterSpec {
  std::string_view name;
  std::string_view summary;
  std::unique_ptr<RowPrinter> (*make)(const PrintOptions& options);
  // A line between hits that are shown with what is around them; empty: the form has no place for
  // it.
  std::string_view separator = {};
};

std::span<const PrinterSpec* const> printer_specs();
// nullptr if there is none of that name.
const PrinterSpec* find_printer(std::string_view name);

}  // namespace logmill::query
