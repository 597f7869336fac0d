// Sets the fields of one row after another by name, guessing that the next row has the same
// fields in the same order as the last: then a field costs one comparison, not a hash.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "record/batch.h"

namespace logmill::record {

class RowWriter {
 public:
  // `batch` must outlive the writer. Call `reset` after the batch was cleared or its columns
  // changed.
  explicit RowWriter(Batch& batch) : batch_(&batch) {}

  void reset() {
    order_.clear();
    guesses_.clear();
  }

  // Adds a row; later `set` calls go there.
  std::size_t add_row() {
    row_ = batch_->add_row();
    next_ = 0;
    return row_;
  }
  // Goes on with a row that exists already (a parser that fills in the fields of a raw line).
  void select_row(std::size_t row) {
    row_ = row;
    next_ = 0;
  }

  void set(std::string_view name, Value value) { batch_->set(index_of(name), row_, value); }
  void set_time(base::TimeNs time) { batch_->times()[row_] = time; }
  void set_level(Severity level) { batch_->levels()[row_] = level; }

  bool has_time() const { return batch_->times()[row_] != kNoTime; }
  bool has_level() const { return batch_->levels()[row_] != Severity::none; }
  Value get(std::string_view name) const { return batch_->get(name, row_); }

  // For one reader that gives ids to the names it meets: where it notes which column a name has.
  // `generation` is what it likes, not 0: when it gives ids anew, notes of an older generation are
  // of no use to it.
  struct Guess {
    std::uint32_t generation = 0;
    std::uint32_t column = 0;
  };
  // Valid until the next call.
  Guess& guess(std::uint32_t id) {
    if (id >= guesses_.size()) [[unlikely]]
      guesses_.resize(id + 1);
    return guesses_[id];
  }

  Batch& batch() { return *batch_; }
  const Batch& batch() const { return *batch_; }
  std::size_t row() const { return row_; }
  // Copies text into the batch: for values that do not lie in the input.
  std::string_view own(std::string_view bytes) { return batch_->own(bytes); }

 private:
  std::size_t index_of(std::string_view name) {
    if (next_ < order_.size() && base::same_name(batch_->columns()[order_[next_]].name, name)) return order_[next_++];
    const std::size_t index = batch_->column_index(name);
    if (next_ < order_.size())
      order_[next_] = index;
    else
      order_.push_back(index);
    ++next_;
    return index;
  }

  Batch* batch_;
  std::size_t row_ = 0;
  std::vector<std::size_t> order_;  // columns in the order of the last row's fields
  std::size_t next_ = 0;
  std::vector<Guess> guesses_;  // by id
};

}  // namespace logmill::record
