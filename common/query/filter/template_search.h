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
#include <span>
#include <string_view>

#include "store/template_tokens.h"

namespace logmill::query {

enum class Verdict : unsigned char { never, always, depends };

// A bit for each kind of variable (store::SlotKind).
using SlotKinds = std::uint8_t;
constexpr SlotKinds slot_bit(store::SlotKind kind) { return static_cast<SlotKinds>(1U << static_cast<unsigned>(kind)); }

// Of the templates that are judged together.
struct TemplateKeys {
  // They lie in their order in one run of bytes, whatever stands between them.
  std::span<const std::string_view> keys;
  // In variables of the other kinds the whole of what is looked for, as it is, stands nowhere.
  SlotKinds may_hold_all = 0xff;
};

class TemplateSearch {
 public:
  // With `fold` the needle is in lower case, and ASCII letters match in either.
  TemplateSearch(std::string_view needle, bool fold);

  // Whether the needle stands somewhere in the texts of the templates; `verdicts` gets one for each.
  void contained(const TemplateKeys& in, Verdict* verdicts) const { search_all(in, {}, verdicts); }
  // The same, where it must stand free (WordFinder) at the ends that are not open.
  void contained_as_word(const TemplateKeys& in, bool open_start, bool open_end, Verdict* verdicts) const {
    search_all(in, {closed_start_ && !open_start, closed_end_ && !open_end}, verdicts);
  }
  // Of one.
  Verdict contains(std::string_view key) const {
    Verdict verdict;
    contained({.keys = {&key, 1}}, &verdict);
    return verdict;
  }

 private:
  // At which ends it must not be joined to a token byte.
  struct Closed {
    bool start = false, end = false;
  };
  Verdict search(std::string_view key, Closed closed, std::size_t start = 0) const;
  void search_all(const TemplateKeys& in, Closed closed, Verdict* verdicts) const;
  const char* find_start(const char* at, const char* end, SlotKinds may_hold_all) const;
  bool may_start(const char* at, const char* end, SlotKinds may_hold_all) const;
  void leave_out_inner_pieces(char kind, std::size_t length);

  std::size_t size_;  // of what is looked for: of a long needle only its start
  bool complete_;
  bool closed_start_, closed_end_;          // token bytes stand there
  std::array<std::uint64_t, 256> at_{};     // of each byte: where in the needle it may stand
  std::array<std::uint64_t, 5> in_slot_{};  // of each kind of variable: which bytes of the needle it may hold
  std::array<std::uint64_t, 5> behind_{};   // what may follow its start in such a variable
  std::array<std::uint8_t, 2> first_{};     // its first bytes, as small letters
  // The first of the kinds that may hold the one, and the other; all behind it may, and there are so many.
  std::array<std::uint8_t, 2> first_kind_{}, kinds_{};
  bool has_first_ = false;  // no text has the needle where its first two bytes stand nowhere in the key, and no such variables
};

// Whether a variable of this kind (store::SlotKind) may hold the byte.
bool slot_may_hold(char kind, char byte);

}  // namespace logmill::query
