// Whether lines are JSON objects, and where in them the members stand that are asked for: of many lines at once, 64 bytes at a time, and
// without a step for each member. So it takes hardly longer than to look for a text.
//
// Of each byte outside of strings a table tells which bytes may follow it. What that leaves open is asked of the marks alone, which are a
// tenth of the text: each brace and bracket has its other one, and what separates members and elements suits it. Pairs of them without
// anything in between are taken out, until nothing is left but the ends of lines. Blanks in odd places, line ends of two bytes, names
// with escapes that may be names asked for, and what is nested very deep are left to others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "record/asked_fields.h"

namespace logmill::record {

class JsonSkim {
 public:
  // With less than 64 for `vector_bytes_max`, as where the processor cannot do that, `look_at` finds no lines.
  explicit JsonSkim(const AskedFields& asked, std::size_t vector_bytes_max = 64);

  // Whether it can be that `look_at` finds lines.
  bool usable() const { return usable_; }
  // Looks at lines at the beginning of `text`, which ends with the end of a line: about `wanted` bytes of them. Returns how many these are,
  // up to behind a line end, if each of the lines is one object or empty; `begin_line` is the next to be called, with the first. 0 says
  // nothing of any of them. The bytes must stay as they are until the next call, and as many as a batch has behind its text can be read
  // behind them.
  std::size_t look_at(std::string_view text, std::size_t wanted);

  // The end of the line that begins at `line`, which is in the lines. Lines are gone through from front to back.
  const char* begin_line(const char* line);
  // Of the line begun, members that may be asked for; none is missing that is.
  struct Member {
    std::string_view quoted;  // the key as KeyMemory has it
    std::string_view prefix;  // of its name: the names of the objects around it, each with a point
    const char* value = nullptr;
  };
  bool next_member(Member& member);
  // How many keys `next_member` looked at since `look_at`.
  std::size_t keys_looked_at() const { return keys_looked_at_; }
  // The quote that ends the string which begins with the one at `quote`.
  const char* string_end(const char* quote) const;
  // So many members at most are in the line begun.
  std::size_t members_around();

 private:
  // What the name of a field may end with: a key of an object.
  struct Ending {
    std::string quoted;  // with both quotes
    bool is_name = false;
    std::vector<std::string> prefixes;  // that are names with it
    // Of its last eight bytes those that it has, and the bits of these.
    std::uint64_t last = 0, last_bits = 0;

    bool stands_before(const char* colon) const;
    // Of the last two bytes of a key in quotes, which tell most of it.
    static std::size_t slot_of(const char* colon);
  };
  struct Wide;
  static constexpr std::size_t kHalf = 16, kAscii = 128, kSlots = 64;
  // Longer lines are none of a log.
  static constexpr std::size_t kBytesMax = 256 << 10, kBlockBytes = 64;

  void add_name(const std::string& name);
  void find_endings();
  const Ending* ending_at(const char* colon) const;
  std::size_t depth_at(std::size_t offset);
  bool is_within(std::size_t offset, std::string_view prefix);
  std::size_t around(std::size_t offset);

  bool usable_ = false;
  std::vector<Ending> endings_;             // by slot
  std::uint8_t first_of_[kSlots + 1] = {};  // of each slot
  // By the lower halves of the last two bytes of keys.
  alignas(kHalf) std::uint8_t last_[kHalf] = {}, before_last_[kHalf] = {};
  bool in_names_[kAscii] = {};

  std::string_view text_;
  // Of each block a bit for each byte: from the first quote of a string to before its last one, colons behind keys that may be asked for,
  // line ends.
  std::unique_ptr<std::uint64_t[]> strings_, colons_, line_ends_;
  std::unique_ptr<char[]> marks_, fewer_marks_;
  std::size_t line_ = 0, line_end_ = 0, colon_ = 0;  // offsets
  std::size_t keys_looked_at_ = 0;
  std::size_t depth_ = 0, depth_of_ = 0;  // the latter is where the former is
};

}  // namespace logmill::record
