// Where the words of a line of pairs begin, all of them found before the first one is looked at: to step from one to the next takes no
// search for its end then, and those that nobody asks for cost next to nothing. One line at a time: a quote that does not end must not
// reach into the next one.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace logmill::parse {

class PairWords {
 public:
  // Lines of more bytes or words are not looked at.
  static constexpr std::size_t kBytesMax = 32 << 10, kWordsMax = 256;

  PairWords() = default;
  // As where the processor compares at most so many bytes at once; for tests of what others run.
  explicit PairWords(std::size_t vector_bytes_max) : vector_bytes_max_(vector_bytes_max) {}

  // The words of `line` as blanks divide them that are not between quotes, if that may be all there is to it: no quote stands behind a
  // backslash, and behind each second one is a blank or the end. Whether each first one begins a value the caller must find out: in no
  // more words than half of `quotes()`. False if it is another line, or has no word, and of a
  // processor that does not compare 32 bytes at once (AVX2): it would take longer. TextBuffer::kPadding bytes behind it are looked at.
  bool find(std::string_view line);

  // False for some lines behind several that it was of no use to look at.
  bool is_worth_it() {
    if (left_out_ == 0) return true;
    --left_out_;
    return false;
  }
  // Whether it was of use.
  void note(bool use) {
    misses_ = use ? 0 : std::min(misses_ + 1, kMissesMax);
    if (misses_ > kMissesFree) left_out_ = 1U << (misses_ - kMissesFree);
  }

  // Of what was found.
  std::size_t size() const { return size_; }
  std::size_t begin_of(std::size_t word) const { return begins_[word]; }
  // Behind its last byte.
  std::size_t end_of(std::size_t word) const {
    std::size_t end = word + 1 < size_ ? begins_[word + 1] : line_.size();
    while (line_[end - 1] == ' ') --end;
    return end;
  }
  std::size_t quotes() const { return quotes_; }
  bool has_backslash() const { return has_backslash_; }
  bool has_bracket() const { return has_bracket_; }

 private:
  static constexpr std::size_t kBlockBytes = 64;
  // So many more lines in a row are looked at in vain before some are left out, and then twice as many each time, up to 32.
  static constexpr unsigned kMissesFree = 4, kMissesMax = kMissesFree + 5;
  // Of a block, a bit for each byte.
  struct Block {
    std::uint64_t blanks = 0, quotes = 0, backslashes = 0, brackets = 0;

    // What is not of its first `left` bytes is blank.
    [[gnu::always_inline]] inline void cut(std::size_t left);
  };
  struct State;

  [[gnu::always_inline]] static inline std::uint64_t begins_in(const Block& block, std::uint64_t sums, State& state);
  bool keep(std::size_t size, const State& state);
  bool find_wide();
  bool find_wider();

  std::string_view line_;
  unsigned misses_ = 0, left_out_ = 0;  // lines of no use one behind the other, and of those behind them that are not looked at
  std::size_t size_ = 0, quotes_ = 0;
  bool has_backslash_ = false, has_bracket_ = false;
  std::size_t vector_bytes_max_ = 64;
  // As many as begin in a block are put behind the last.
  std::array<std::uint16_t, kWordsMax + kBlockBytes> begins_;
};

}  // namespace logmill::parse
