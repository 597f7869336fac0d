// Fields that few records of a block have, together in one chunk: an entry of the directory, a
// bitmap and a chunk for each would take many times what they hold where records have thousands of
// different keys. And fields that decide each other's values (tied_columns.h), which a compressor
// of rows sees and one of columns does not.
//
//   rare     = 0x02 names fields | 0x01 rows | 0x03 listed_rows | 0x00 old_names fields      one of the first three, whichever is smaller
//   names    = names:varint integers(names) bytes:varint byte_stream(bytes)     how long each is, and all of them: sorted, each once
//   fields   = integers(names)                             how many values each has
//              integers(values)                            their rows: each less the one before of the same field
//              encoding:u8 content                         the values of all, field after field, as one column
//   rows     = bytes:varint byte_stream(bytes)             (fields:varint (name:string value){fields}){rows}, up to the last row that has
//   one listed_rows = bytes:varint byte_stream(bytes)          (list value{of the list}){rows} list     = 0x00 | fields + 1:varint
//   name:string{fields}          as the row before, which the first one has not old_names = names:varint bytes:varint byte_stream(bytes)
//   each a string; written until listed_rows came
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
  static void append_names(std::string& out, const std::vector<Field>& fields, EncodeContext& context);
  void append_by_field(std::string& out, EncodeContext& context) const;
  // Row by row, up to `bytes_max` or a little more; `cells` receives how many values that is.
  std::string rows_content(char layout, std::size_t bytes_max, std::size_t& cells) const;
  // The layout by row that promises to be smallest, if it is less than so many bytes.
  std::optional<char> choose_by_row(std::size_t by_field_bytes, EncodeContext& context) const;

  std::vector<Field> fields_;
  std::vector<std::uint32_t> rows_;
  std::vector<record::Value> values_;
};

// At least one field. The order of `values` is not kept.
void append_rare_columns(std::string& out, RareValues& values, EncodeContext& context);
// False: damaged.
bool read_rare_columns(std::string_view bytes, std::size_t block_rows, DecodeContext& context, RareColumns& to);

}  // namespace logmill::store
