// Texts that must stand where a regular expression matches.
#pragma once

#include <re2/filtered_re2.h>
#include <re2/re2.h>

#include <algorithm>
#include <string>
#include <vector>

namespace logmill::query {

// Immutable after it was made: may be used from several threads.
class RegexAtoms {
 public:
  // None of a pattern that is wrong, or that asks for none.
  RegexAtoms(const std::string& pattern, const re2::RE2::Options& options) : folds_(!options.case_sensitive() || may_fold(pattern)) {
    int id = 0;
    if (filter_.Add(pattern, options, &id) == re2::RE2::NoError) filter_.Compile(&atoms_);
  }

  // In lower case; to be found in either. Beyond ASCII a letter's two cases are other bytes.
  const std::vector<std::string>& atoms() const { return atoms_; }
  // Whether letters beyond ASCII may match letters in it: the Kelvin sign a k, a long s an s.
  bool folds() const { return folds_; }
  // Whether a text that holds the atom, in the sense of the pattern, does so in ASCII letters of either case.
  bool is_ascii(const std::string& atom) const {
    const bool plain = std::ranges::all_of(atom, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    return plain && !(folds_ && atom.find_first_of("ks") != std::string::npos);
  }
  // Whether a text that holds these of them, by their places in atoms(), can match.
  bool may_match(const std::vector<int>& held) const {
    std::vector<int> possible;
    filter_.AllPotentials(held, &possible);
    return !possible.empty();
  }
  // Those that every match holds, and that have digits: others tell less of a text whose template they could be in.
  std::vector<std::string> telling() const {
    std::vector<std::string> found;
    for (std::size_t left_out = 0; left_out < atoms_.size(); ++left_out) {
      std::vector<int> held;
      for (std::size_t i = 0; i < atoms_.size(); ++i)
        if (i != left_out) held.push_back(static_cast<int>(i));
      if (is_ascii(atoms_[left_out]) && !may_match(held) && atoms_[left_out].find_first_of("0123456789") != std::string::npos)
        found.push_back(atoms_[left_out]);
    }
    return found;
  }

 private:
  // Groups may switch cases off, and characters may be written by their numbers.
  static bool may_fold(const std::string& pattern) {
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      const char next = i + 1 < pattern.size() ? pattern[i + 1] : '\0';
      const bool numbered = pattern[i] == '\\' && (next == 'x' || (next >= '0' && next <= '7'));
      if (static_cast<unsigned char>(pattern[i]) >= 0x80 || numbered || (pattern[i] == '(' && next == '?')) return true;
    }
    return false;
  }

  static constexpr int kAtomBytesMin = 2;  // shorter ones are everywhere

  re2::FilteredRE2 filter_{kAtomBytesMin};
  std::vector<std::string> atoms_;
  bool folds_;
};

}  // namespace logmill::query
