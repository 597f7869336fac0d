// Finds fields that decide each other's values, such as a code and its text: by column each costs
// as much as if it stood alone, by row all but one cost next to nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "store/block_columns.h"

namespace logmill::store {

// Looks at the first rows of one field after the other; a field is compared with its neighbour.
// Thread-compatible.
class TiedColumns {
 public:
  // `column` is what the caller calls it.
  void add(std::size_t column, const PresentValues& present);
  // `thorough`: also where few rows of the sample have a value that was there before. Those are seen by a compressor of rows, too, but what
  // is found may not be worth storing it by row.
  enum class Search { rough, thorough };
  // Those that are tied to a neighbour, in the order in which they were added.
  std::vector<std::size_t> find(Search search) const;

 private:
  struct Sample {
    std::size_t column;
    std::uint64_t rows;                 // hash of which rows have the field
    std::vector<std::uint64_t> values;  // hashes
    std::size_t distinct;
  };
  static std::size_t count_distinct(const std::vector<std::uint64_t>& hashes);
  static bool tied(const Sample& a, const Sample& b, Search search);

  std::vector<Sample> samples_;
};

}  // namespace logmill::store
