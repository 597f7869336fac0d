// Cuts a message into a template and its variables, and puts them together again.
//
// A variable is a run of ASCII letters and digits that holds a digit, or a UUID; all else is
// literal. The template's key is the literal text with one mark for each variable; bytes 0 to 4 in
// the text itself are preceded by 0.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace logmill::store {

// A message with more variables is data, not text: it is not made a template, and bounds what a
// reader of one allocates.
inline constexpr std::size_t kTemplateSlotsMax = 1'024;

enum class SlotKind : char {
  escape = 0,  // not a slot: the next byte is literal
  digits = 1,  // up to 18 decimal digits
  hex8 = 2,    // 8 lower-case hexadecimal digits, not all decimal
  hex16 = 3,   // 16 of them
  text = 4,    // anything else
};

struct Variable {
  SlotKind kind;
  // Of digits, hex8, hex16. That of digits also tells their count, so that 7 and 007 differ; of
  // numbers with equally many digits the greater has the greater one.
  std::uint64_t number;
  std::string_view text;  // as it stands in the message
};

// Cuts one message after another; keeps its memory.
class Tokenizer {
 public:
  // Both are of the last message: the key is valid until the next call, texts of variables as long
  // as the message.
  void cut(std::string_view message);
  std::string_view key() const { return {key_.data(), key_size_}; }
  std::span<const Variable> variables() const { return std::span(variables_).first(variable_count_); }

 private:
  void cut_windows(std::string_view message);
  void cut_bytewise(std::string_view message);
  // Of the run [start, end); returns where the variable ends.
  std::size_t add_variable(std::string_view message, std::size_t start, std::size_t end);
  void add_literal(std::string_view message, std::size_t end);

  std::string key_;  // of its bytes, the first key_size_ count
  std::size_t key_size_ = 0;
  std::size_t literal_ = 0;          // where the text that is not yet in the key starts
  std::vector<Variable> variables_;  // of which the first variable_count_ count
  std::size_t variable_count_ = 0;
};

// How many bytes the number's text takes; 0 if no text has it.
std::size_t slot_length(SlotKind kind, std::uint64_t number);
// Writes that text and returns the end.
char* render_slot(SlotKind kind, std::uint64_t number, char* to);

// One piece of a parsed key: literal text, or a slot.
struct TemplatePiece {
  bool slot;
  SlotKind kind;             // of a slot
  std::string_view literal;  // of a literal: a part of the key
};
// Appends the pieces; false if `key` is not a template's.
bool parse_template(std::string_view key, std::vector<TemplatePiece>& pieces);
// Appends the kinds of its slots, and adds the bytes of its literal text; false where parse_template says so.
bool read_slot_kinds(std::string_view key, std::vector<SlotKind>& kinds, std::size_t& literal_bytes);

}  // namespace logmill::store
