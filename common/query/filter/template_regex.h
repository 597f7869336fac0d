// Whether a regular expression can match any text of a template: literals, classes and repeats become an automaton of which all states are
// bits of one word, run over the template's key (store/template_tokens.h). In front of a variable every state goes on that the characters
// of its kind can lead to.
//
// Shift-And with repeats (Navarro and Raffinot, Flexible Pattern Matching in Strings, 2002, section 4.2).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace logmill::query {

// Immutable: may be used from several threads.
class TemplateRegex {
 public:
  // Of a pattern that RE2 takes; nothing where it holds what is not judged: groups, alternatives, bytes beyond ASCII, classes by name, or
  // more than 63 characters once repeats are written out.
  static std::optional<TemplateRegex> make(std::string_view pattern, bool ignore_case);

  // False: no text of the template with this key has a match. What a match may not stand beside (^, \b) is not looked at.
  bool may_match(std::string_view key) const;

 private:
  class Parser;
  using States = std::uint64_t;  // bit i: all before place i is matched; bit size_: the whole

  TemplateRegex() = default;
  States closed(States states) const;
  States after(States states, States taking) const { return closed((states & taking & loops_) | (states & taking & ~loops_) << 1); }

  unsigned size_ = 0;
  States loops_ = 0;                 // places that take any number of characters
  States optional_ = 0;              // places that may be passed over: those, and what is followed by ?
  States begin_ = 1;                 // where a match begins
  std::array<States, 256> at_{};     // of each byte: the places that take it
  std::array<States, 5> in_slot_{};  // of each kind of variable: the places that take some byte of it
};

}  // namespace logmill::query
