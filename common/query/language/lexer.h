// Walks through the text of a query. What a character means depends on where it stands (a slash
// starts a regular expression in front of a term and is part of a path in a value), so there are no
// tokens: the parser asks for what may come next.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace logmill::query {

class Lexer {
 public:
  // `text` must outlive the lexer.
  explicit Lexer(std::string_view text) : text_(text) {}

  std::string_view text() const { return text_; }
  std::size_t offset() const { return offset_; }
  void seek(std::size_t offset) { offset_ = offset; }

  void skip_space();
  // Both skip space first.
  bool at_end();
  // The next character, 0 at the end.
  char peek();

  // The character `distance` ahead of here, 0 beyond the end. Does not skip space.
  char at(std::size_t distance) const { return offset_ + distance < text_.size() ? text_[offset_ + distance] : '\0'; }

  // Skips space, then takes `symbol` if it comes next.
  bool take(std::string_view symbol);
  // Skips space, then takes `word`, in any letter case, if it comes next as a whole word, behind
  // which a quote may begin. `word` is lower case.
  bool take_keyword(std::string_view word);
  bool next_is_keyword(std::string_view word);

  // A quoted string comes next (`"` or `'`): its content. \" \' \\ \n \t \r and \xHH are escapes; a
  // backslash before anything else stays, so that regular expressions need no doubling.
  bool next_is_quote();
  base::Result<std::string> take_quoted();

  // The longest run of characters that may be in a field name or a word without quotes; maybe
  // empty. Stops at : = < > ~ and at ! and ? where they are operators.
  std::string_view take_name();
  // The same for a value: only space ( ) , | and " end it.
  std::string_view take_value();

  // `/re/` with optional flags comes next: its parts. nullopt (nothing taken) if what comes is no
  // such thing but, say, a path.
  struct Regex {
    std::string pattern;
    bool ignore_case = false;
  };
  std::optional<Regex> take_regex();

  // An error that points at `offset`.
  base::Error error_at(std::size_t offset, std::string_view what) const;
  // An error that points at what comes next.
  base::Error error(std::string_view what) {
    skip_space();
    return error_at(offset_, what);
  }

 private:
  std::string_view text_;
  std::size_t offset_ = 0;
};

bool is_space(char c);
// Ends a word, a value and a regular expression: space, the end (0), or one of ( ) | ,
bool is_delimiter(char c);
// Letters are compared without case.
bool equals_ignoring_case(std::string_view a, std::string_view b);

// `text` in double quotes, such that take_quoted gives it back.
void append_quoted(std::string& out, std::string_view text);

}  // namespace logmill::query
