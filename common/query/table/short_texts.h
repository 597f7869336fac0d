// A table whose texts are cut to a length: for who must not hold as much as one row may have.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "query/table/table_view.h"

namespace logmill::query {

// Thread-compatible.
class ShortTexts final : public TableView {
 public:
  // `base`, and the numbers of the only rows that are looked at, must outlive it. No character is cut in two.
  ShortTexts(Table& base, std::span<const std::uint32_t> rows, std::size_t bytes_max)
      : TableView(base), rows_(rows), bytes_max_(bytes_max) {}

  base::Result<ColumnView> column(std::string_view name) override;
  base::Result<const store::NumberColumn*> numbers(std::string_view name) override { return base().numbers(name); }

  // How many, in the columns that were asked for.
  std::uint64_t texts_cut() const { return texts_cut_; }

 private:
  bool is_long(const record::Value& value) const { return value.is_text() && value.text().size() > bytes_max_; }
  record::Value cut(const record::Value& value) const;

  const std::span<const std::uint32_t> rows_;
  const std::size_t bytes_max_;
  std::uint64_t texts_cut_ = 0;
  // A deque, so that views of them stay valid.
  struct Column {
    std::string name;
    std::vector<record::Value> values;
  };
  std::deque<Column> columns_;  // those that had long texts
};

}  // namespace logmill::query
