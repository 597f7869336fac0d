// Where records end in the bytes of a file. It holds no bytes and no state: what it cannot end yet
// is shown to it again, with what came after.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace logmill::logcollect {

struct Piece {
  std::string_view raw;  // without the newline that ends it
  std::size_t size = 0;  // with it: the next record starts there
  bool whole = true;     // false: cut because it is too long, the next piece goes on with it
};

// Whether more bytes may follow those that are there.
enum class Input { growing, ended };

class Splitter {
 public:
  // Lines longer than this are cut.
  explicit Splitter(std::size_t line_bytes_max) : line_bytes_max_(line_bytes_max) {}

  // The first record in `bytes`; nullopt if its end is not there yet.
  std::optional<Piece> next(std::string_view bytes, Input input) const;

  // With this many bytes `next` always finds a record.
  std::size_t bytes_max() const { return line_bytes_max_ + 1; }

 private:
  std::size_t line_bytes_max_;
};

}  // namespace logmill::logcollect
