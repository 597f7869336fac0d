// Fields that few records of a block have, together in one chunk: an entry of the directory, a
// bitmap and a chunk for each would take many times what they hold where records have thousands of
// different keys. And fields that decide each other's values (tied_columns.h), which a compressor
// of rows sees and one of columns does not.
//
//   rare     = 0x00 by_field | 0x01 by_row                 whichever is smaller
//   by_field = names:varint bytes:varint byte_stream(bytes)   names, each a string, sorted
//              integers(names)                             how many values each has
//              integers(values)                            their rows: each less the one before of
//              the same field encoding:u8 content                         the values of all, field
//              after field, as one column
//   by_row   = bytes:varint byte_stream(bytes)             (fields:varint (name:string
//   value){fields}){rows}
//                                                          up to the last row that has one
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "record/batch.h"
#include "store/encoding.h"

namespace logmill::store {

struct RareColumns {
  std::vector<std::string> names;   // sorted
  std::vector<std::size_t> order;   // of the columns as the records have them
  std::vector<std::size_t> firsts;  // in `rows`, of each name, and where the last ends
  std::vector<std::uint32_t> rows;
  ColumnData values;

  std::optional<std::size_t> find(std::string_view name) const;
  std::size_t present(std::size_t column) const { return firsts[column + 1] - firsts[column]; }
  KindSet kinds(std::size_t column) const;
  // A value a row, for a block of `block_rows`.
  ColumnData spread(std::size_t column, std::size_t block_rows) const;
};

// Collects such fields. Names and texts are borrowed.
class RareValues {
 public:
  // At least one value; `bitmap` as in a chunk, which has the bits of so many rows set; empty: all
  // rows.
  void add(std::string_view name, std::string_view bitmap, std::span<const record::Value> values);
  bool empty() const { return fields_.empty(); }

 private:
  friend void append_rare_columns(std::string& out, RareValues& values, EncodeContext& context);
  struct Field {
    std::string_view name;
    std::size_t first, count;
  };
  void append_by_field(std::string& out, EncodeContext& context) const;
  // Row by row, up to `bytes_max` or a little more; `cells` receives how many values that is.
  std::string rows_content(std::size_t bytes_max, std::size_t& cells) const;
  bool smaller_by_row(std::size_t by_field_bytes, EncodeContext& context) const;

  std::vector<Field> fields_;
  std::vector<std::uint32_t> rows_;
  std::vector<record::Value> values_;
};

// At least one field. The order of `values` is not kept.
void append_rare_columns(std::string& out, RareValues& values, EncodeContext& context);
// False: damaged.
bool read_rare_columns(std::string_view bytes, std::size_t block_rows, DecodeContext& context, RareColumns& to);

}  // namespace logmill::store
