// Where the tokens of JSON text begin: simdjson's first stage, chosen at run time for the machine,
// which finds them 64 bytes at a time and checks UTF-8 and control characters on the way.
//
// The rest of simdjson is not used for records. On-Demand is compiled for one instruction set,
// which in a package for any x86-64 is none, and starts anew with each document; the walk over a
// record's tokens is ours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace simdjson::internal {
class dom_parser_implementation;
}

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

  JsonIndex();
  ~JsonIndex();
  JsonIndex(JsonIndex&&) noexcept;
  JsonIndex& operator=(JsonIndex&&) noexcept;

  // Several values may stand behind each other. When the outcome is good, no string goes over a
  // line's end: what was found in a line is what would be found in it alone.
  Outcome index(std::string_view text);

  // Offsets of the tokens, ascending: { } [ ] : and , outside of strings, the first quote of each
  // string, and the first byte of a run of anything else. Between the last quote of a string and
  // the next token there are blanks only. The size of the text follows kSentinels times. Valid
  // until the next `index`.
  const std::uint32_t* begin() const;
  static constexpr std::size_t kSentinels = 4;

  // Gives back what texts far longer than usual needed.
  void shrink();

 private:
  std::unique_ptr<simdjson::internal::dom_parser_implementation> stage1_;
};

}  // namespace logmill::record
