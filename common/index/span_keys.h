// The keys of a span of text. docs/formats/sidecar.md, "Groups".
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "index/key_set.h"

namespace logmill::index {

// Of a token in lower case; nothing may be asked of shorter ones than kSpanTokenBytesMin.
std::uint64_t span_token_key(std::string_view token);

// Those of the tokens of `text` that are whole tokens wherever it stands. What stands before or
// behind it may go on its first and last ones.
std::vector<std::uint64_t> whole_token_keys(std::string_view text, bool goes_on_before, bool goes_on_behind);

// Collects the keys of one span after another.
class SpanKeys {
 public:
  // Whole lines, with their newlines.
  void add(std::string_view lines);
  std::vector<std::uint64_t> take() {
    lately_.fill(0);
    return keys_.take();
  }
  // Whether some line since the last time may hold what its bytes do not show.
  bool take_opaque() { return std::exchange(opaque_, false); }

 private:
  void add_piece(std::string_view lines);
  void add_token(std::string_view token, bool after_backslash);
  bool added_lately(std::string_view token);

  static constexpr int kLatelyBits = 11;

  KeySet keys_;
  std::array<std::uint64_t, 1 << kLatelyBits> lately_{};  // short tokens of this span that were added, by a hash of theirs
  std::string lower_;                                     // scratch
  std::vector<std::uint64_t> mask_;                       // scratch: one bit a byte, of tokens
  bool opaque_ = false;
};

}  // namespace logmill::index
