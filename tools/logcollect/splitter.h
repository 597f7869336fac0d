// Where records end in the bytes of a file. It holds no bytes and no state: what it cannot end yet
// is shown to it again, with what came after.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "multiline/joiner.h"
#include "record/batch.h"

namespace logmill::logcollect {

struct Piece {
  std::string_view raw;  // without the newlines that end it
  std::size_t size = 0;  // with it: the next record starts there
  bool whole = true;     // false: cut because it is too long, the next piece goes on with it
};

class Splitter {
 public:
  // Longer records are cut. `joiner` tells which lines are one record, null: each is; must outlive the splitter.
  explicit Splitter(std::size_t line_bytes_max, const multiline::Joiner* joiner = nullptr)
      : line_bytes_max_(line_bytes_max), joiner_(joiner) {}

  // The first record in `bytes`; nullopt if its end is not there yet.
  std::optional<Piece> next(std::string_view bytes, multiline::More more) const;

  // Adds the records in `bytes` to the batch, as `raw` and with their places in `bytes`, as many as it may hold; returns how many
  // bytes they are. `within_line`, before and after: the place is not the start of a line.
  std::size_t fill(record::Batch& batch, std::string_view bytes, multiline::More more, bool& within_line) const;

  // With this many bytes `next` always finds a record.
  std::size_t bytes_max() const { return line_bytes_max_ + 1; }

 private:
  std::size_t line_bytes_max_;
  const multiline::Joiner* joiner_;
};

}  // namespace logmill::logcollect
