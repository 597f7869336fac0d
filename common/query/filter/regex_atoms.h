// Texts that must stand where a regular expression matches.
#pragma once

#include <re2/filtered_re2.h>
#include <re2/re2.h>

#include <string>
#include <vector>

namespace logmill::query {

// Immutable after it was made: may be used from several threads.
class RegexAtoms {
 public:
  // None of a pattern that is wrong, or that asks for none.
  RegexAtoms(const std::string& pattern, const re2::RE2::Options& options) {
    int id = 0;
    if (filter_.Add(pattern, options, &id) == re2::RE2::NoError) filter_.Compile(&atoms_);
  }

  // In lower case; to be found in either.
  const std::vector<std::string>& atoms() const { return atoms_; }
  // Whether a text that holds these of them, by their places in atoms(), can match.
  bool may_match(const std::vector<int>& held) const {
    std::vector<int> possible;
    filter_.AllPotentials(held, &possible);
    return !possible.empty();
  }

 private:
  static constexpr int kAtomBytesMin = 2;  // shorter ones are everywhere

  re2::FilteredRE2 filter_{kAtomBytesMin};
  std::vector<std::string> atoms_;
};

}  // namespace logmill::query
