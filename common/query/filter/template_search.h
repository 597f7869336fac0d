// Searches the texts of a template all at once: what is found in its literal text is in all of
// them, what can neither be there nor reach into a variable is in none, and only for the rest the
// variables matter.
//
// Shift-And (Baeza-Yates and Gonnet, 1992) over the template's key (store/template_tokens.h): one
// bit for each beginning of the needle that may end here; those that took a byte of a variable are
// kept apart.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace logmill::query {

enum class Verdict : unsigned char { never, always, depends };

class TemplateSearch {
 public:
  // With `fold` the needle is in lower case, and ASCII letters match in either.
  TemplateSearch(std::string_view needle, bool fold);

  // Whether the needle stands somewhere in the texts of the template with this key.
  Verdict contains(std::string_view key) const { return search(key, false, false); }
  // The same, where it must stand free (WordFinder) at the ends that are not open.
  Verdict contains_word(std::string_view key, bool open_start, bool open_end) const {
    return search(key, closed_start_ && !open_start, closed_end_ && !open_end);
  }

 private:
  Verdict search(std::string_view key, bool closed_start, bool closed_end) const;
  bool is_out(std::string_view key) const;

  std::size_t size_;  // of what is looked for: of a long needle only its start
  bool complete_;
  bool closed_start_, closed_end_;          // token bytes stand there
  std::array<std::uint64_t, 256> at_{};     // of each byte: where in the needle it may stand
  std::array<std::uint64_t, 5> in_slot_{};  // of each kind of variable: which bytes of the needle it may hold
  std::array<std::uint8_t, 2> first_{};     // its first bytes, as small letters
  bool has_first_ = false;                  // which stand side by side in a key that has the needle in its literal text
};

// Whether a variable of this kind (store::SlotKind) may hold the byte.
bool slot_may_hold(char kind, char byte);

}  // namespace logmill::query
