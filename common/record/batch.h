// Many records as columns, together with the bytes that they point into.
//
// A batch is what flows inside a program: sources fill it, stages change it, sinks read it, and it
// is cleared and filled again, so that at a steady state nothing is allocated per record.
// Thread-compatible: one owner at a time; move it to hand it over.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/arena.h"
#include "base/clock.h"
#include "record/range.h"
#include "record/severity.h"
#include "record/value.h"

namespace logmill::record {

// The record has no time (yet).
constexpr base::TimeNs kNoTime = std::numeric_limits<base::TimeNs>::min();

// One field of all records. `values` may be shorter than the batch: the rest is absent.
struct Column {
  std::string name;
  std::vector<Value> values;

  Value at(std::size_t row) const { return row < values.size() ? values[row] : Value{}; }
};

// Bytes as read, which values may point into. Grows without initialising; `kPadding` bytes beyond
// the capacity in use may be read (not relied upon): blocks of 64 are looked at together. Or bytes that lie elsewhere.
class TextBuffer {
 public:
  static constexpr std::size_t kPadding = base::Arena::kPadding;

  // Of what is its own.
  char* data() { return bytes_.get(); }
  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }
  std::string_view view() const { return {elsewhere_ != nullptr ? elsewhere_ : bytes_.get(), size_}; }

  // Keeps the content, but may move it: reserve before values point into it.
  void reserve(std::size_t capacity);
  // `size` is at most `capacity()`.
  void set_size(std::size_t size) { size_ = size; }
  void append(std::string_view bytes);
  // Until `clear`, these instead of its own, of which it has none then: they must stay as long as anything points into the buffer, with
  // kPadding bytes behind them that may be read.
  void refer_to(std::string_view bytes) {
    elsewhere_ = bytes.data();
    size_ = bytes.size();
  }
  // Capacity is kept.
  void clear() {
    elsewhere_ = nullptr;
    size_ = 0;
  }

 private:
  struct Free {
    void operator()(char* bytes) const { std::free(bytes); }
  };
  std::unique_ptr<char, Free> bytes_;  // realloc moves pages of huge texts instead of copying them
  const char* elsewhere_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

class Batch {
 public:
  // Limits that whoever fills a batch keeps: `full()` says when to hand it over, and one record may
  // exceed them. Rows: half of what a frame or a block may have. Bytes, of texts and names: a few
  // batches in flight stay within the smallest --memory. Cells, 16 bytes each: records with
  // thousands of different keys would make rows x columns grow past all bounds. Readers of text
  // hand over sooner, so that a batch stays in the cache: about 1 MiB of text.
  static constexpr std::size_t kRowsMax = 32'768;
  static constexpr std::size_t kTextBytesMax = 8 << 20;
  static constexpr std::size_t kCellsMax = 1 << 18;
  // A record with more fields than this keeps the rest as JSON text in `more`.
  static constexpr std::size_t kFieldsPerRecordMax = 1'024;

  std::size_t rows() const { return times_.size(); }
  bool empty() const { return times_.empty(); }
  bool full() const { return rows() >= kRowsMax || text_bytes() >= kTextBytesMax || rows() * columns_.size() >= kCellsMax; }

  // Adds a record without fields and returns its row.
  std::size_t add_row() {
    times_.push_back(kNoTime);
    levels_.push_back(Severity::none);
    return times_.size() - 1;
  }
  // Takes back the latest `add_row` and all that was set in it.
  void drop_last_row();

  // Moves the rows from `row` on to `rest`, which is cleared first, with their bytes; what the range decides is divided at that row's
  // place. False, and nothing was done, if the row before it has the same place.
  bool split(std::size_t row, Batch& rest);

  // Keeps the rows whose flag is not zero, in order; `keep` has one entry a row. The range stays:
  // rows that a filter drops are decided all the same.
  void keep_rows(const std::vector<std::uint8_t>& keep);

  std::vector<base::TimeNs>& times() { return times_; }
  const std::vector<base::TimeNs>& times() const { return times_; }
  std::vector<Severity>& levels() { return levels_; }
  const std::vector<Severity>& levels() const { return levels_; }

  // Index of the column with this name, which is added if need be. Stays valid until `clear`.
  std::size_t column_index(std::string_view name);
  // nullptr if no record has the field. Valid until a column is added.
  const Column* find(std::string_view name) const;
  Column* find(std::string_view name) { return const_cast<Column*>(static_cast<const Batch*>(this)->find(name)); }
  // A column may be empty: skip those. Order is that of first appearance.
  const std::vector<Column>& columns() const { return columns_; }
  std::vector<Column>& columns() { return columns_; }

  void set(std::size_t column, std::size_t row, Value value) {
    std::vector<Value>& values = columns_[column].values;
    if (row == values.size()) {
      values.push_back(value);
      return;
    }
    if (row > values.size()) values.resize(row + 1);
    values[row] = value;
  }
  void set(std::string_view name, std::size_t row, Value value) { set(column_index(name), row, value); }
  Value get(std::string_view name, std::size_t row) const {
    const Column* column = find(name);
    return column ? column->at(row) : Value{};
  }
  // Gives all rows of the batch the same value, whatever they had.
  void fill(std::string_view name, Value value);

  // For text that is not in `text()`: unescaped strings, constants. It has the same padding.
  base::Arena& arena() { return arena_; }
  std::string_view own(std::string_view bytes) { return arena_.copy(bytes); }
  // The input that values point into; a reader reads straight into it, or refers to it where it lies.
  TextBuffer& text() { return text_; }
  const TextBuffer& text() const { return text_; }
  // Bytes of text held, names included, for limits and back-pressure.
  std::size_t text_bytes() const { return text_.size() + arena_.bytes_reserved() + name_bytes_; }
  // Of memory that the batch takes, capacity that is not used included, about.
  std::size_t memory_bytes() const;

  // What the batch decides, and each record's place in it: `positions()[row]` is the distance of
  // the record's start from `range().from`. Empty when the range is not named.
  Range& range() { return range_; }
  const Range& range() const { return range_; }
  std::vector<std::uint32_t>& positions() { return positions_; }
  const std::vector<std::uint32_t>& positions() const { return positions_; }

  // Empty again. Columns that held nothing while others did are forgotten; capacity is kept unless it is far beyond what was
  // used: after one odd input, a batch is as small as before when it was used and cleared once more.
  void clear();

 private:
  void rebuild_names();
  Value own_text(const Value& value);

  std::vector<base::TimeNs> times_;
  std::vector<Severity> levels_;
  std::vector<Column> columns_;
  // From the hash of a name to its column; names that collide are found by walking.
  std::unordered_multimap<std::uint64_t, std::uint32_t> names_;
  std::size_t name_bytes_ = 0;
  std::vector<std::uint32_t> positions_;
  Range range_;
  base::Arena arena_;
  TextBuffer text_;
};

}  // namespace logmill::record
