// Where the tokens of JSON text begin, found 64 bytes at a time: with a bit for each byte, whether a quote is escaped
// is shifts and what lies between quotes is a running xor, so that text costs the same whatever is in it (Langdale
// and Lemire, "Parsing gigabytes of JSON per second", 2019, section 3.1). Control characters in strings and
// UTF-8 are checked on the way.
//
// simdjson, which does the same, was what stood here. It starts each program 0.5 ms later: Debian has it as a shared
// library only, which takes the C++ library along.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace logmill::record {

class JsonIndex {
 public:
  enum class Outcome {
    good,
    invalid_utf8,
    open_string,        // a string has no end
    control_character,  // below U+0020, in a string
    empty,              // no token
    too_long,           // or no memory
  };

  JsonIndex() = default;
  // As where the processor compares at most so many bytes at once; for tests of what others run.
  explicit JsonIndex(std::size_t vector_bytes_max) : vector_bytes_max_(vector_bytes_max) {}

  // Several values may stand behind each other. When the outcome is good, no string goes over a
  // line's end: what was found in a line is what would be found in it alone. Arena::kPadding bytes
  // behind the text are looked at.
  Outcome index(std::string_view text);

  // Offsets of the tokens, ascending: { } [ ] : and , outside of strings, the first quote of each
  // string, and the first byte of a run of anything else. Between the last quote of a string and
  // the next token there are blanks only. The size of the text follows kSentinels times. Valid
  // until the next `index`.
  const std::uint32_t* begin() const { return tokens_.get(); }
  static constexpr std::size_t kSentinels = 4;

  // Gives back what texts far longer than usual needed.
  void shrink();

 private:
  bool reserve(std::size_t bytes);

  std::unique_ptr<std::uint32_t[]> tokens_;
  std::size_t capacity_ = 0;  // in bytes of text
  std::size_t vector_bytes_max_ = 64;
};

}  // namespace logmill::record
