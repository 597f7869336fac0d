// The words of LogQL, one after the other.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace logmill::logserve {

class LogQlLexer {
 public:
  explicit LogQlLexer(std::string_view text) : text_(text) {}

  bool at_end();
  // The next character that is no blank and in no comment; 0 at the end.
  char peek();
  bool next_is(std::string_view symbol);
  // Takes it if it comes next.
  bool take(std::string_view symbol);
  // The same of a whole word.
  bool take_word(std::string_view word);
  // A name comes next: its text, nothing taken; empty if none does.
  std::string_view next_word();
  void skip_word() { offset_ += next_word().size(); }
  // "text" or `text`. Fails with invalid.
  base::Result<std::string> take_string();
  bool next_is_string() { return peek() == '"' || peek() == '`'; }
  // 12, 1.5, 250ms, 10KB: up to what cannot be in it; empty if it does not begin with a digit.
  std::string_view take_quantity();

  // "column 7: …", of what comes next.
  base::Error error(std::string_view what);

 private:
  std::string_view text_;
  std::size_t offset_ = 0;
};

}  // namespace logmill::logserve
