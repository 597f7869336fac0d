// Counts the values of one segment's low-cardinality columns, for its footer.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "store/reader.h"

namespace logmill::store {

// Takes a few megabytes at most, whatever there is: columns that would need more are not counted. Thread-compatible. What `finish`
// returns points into it.
class ValueCounter {
 public:
  // Blocks in the order in which the segment has them.
  base::Status add_block(BlockReader& block);
  // Each of them once more, after the last: fields that share a chunk in one of them are not counted. Keeping the names of all these until
  // one has a chunk of its own would take more than all else.
  void leave_out_rare(BlockReader& block);
  std::map<std::string, ValueCounts, std::less<>> finish();

 private:
  struct Cell {
    std::size_t block;
    std::size_t value;
    std::uint32_t rows;
  };
  struct Column {
    bool given_up = false;
    std::size_t bytes = 0;                               // of its part of memory_bytes_
    std::unordered_map<std::string, std::size_t> texts;  // from a value's bytes to its number
    std::vector<record::Value> values;                   // texts point into `texts`
    std::vector<Cell> cells;
  };

  base::Status count_levels(BlockReader& block);
  Column* column_of(std::string_view name);
  void give_up(Column& column);
  bool take_memory(Column& column, std::size_t bytes);
  void count(Column& column, const ColumnData& data);
  void add(Column& column, const record::Value& value, std::uint32_t rows);

  std::size_t blocks_ = 0;
  std::map<std::string, Column, std::less<>> columns_;
  bool all_columns_ = true;  // those that came later than the memory allowed are not in it
  std::size_t memory_bytes_ = 0;
};

}  // namespace logmill::store
