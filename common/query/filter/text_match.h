// Is this text in that one: whole, by pattern, or as a word.
#pragma once

#include <string>
#include <string_view>

#include "query/filter/template_search.h"

namespace logmill::query {

// Letters A to Z as a to z.
std::string to_lower(std::string_view text);

// `pattern` matches the whole of `text`, where `*` stands for anything. Letter case counts unless
// `ignore_case`, for which `pattern` must be lower case. Linear in practice: it returns to the last
// `*` only.
bool matches_glob(std::string_view pattern, std::string_view text, bool ignore_case);

// Where `needle`, which is in lower case, begins in `text`, in any letter case; npos if it is nowhere.
std::size_t find_folded(std::string_view text, std::string_view needle, std::size_t from = 0);

// Whether there is at least one byte, and all are ASCII letters and digits.
bool is_alphanumeric(std::string_view text);

// Finds a word or phrase, in any letter case: it must begin and end where a word does, that is, not
// in the midst of letters and digits (text/tokens.h). `*` at an end lifts that for this end: time*
// finds "timeouts".
class WordFinder {
 public:
  explicit WordFinder(std::string_view word, bool with_stars);
  bool found_in(std::string_view text) const { return find(text) != std::string_view::npos; }
  // As Predicate::judge.
  void judge(const TemplateKeys& of, Verdict* verdicts) const { search_.contained_as_word(of, open_start_, open_end_, verdicts); }
  // What is looked for if it is one token as a whole, in lower case; else empty.
  std::string_view whole_token() const;
  // Where it begins; npos if it is nowhere.
  std::size_t find(std::string_view text, std::size_t from = 0) const;
  // Bytes that a hit covers.
  std::size_t size() const { return needle_.size(); }

 private:
  bool stands_free(std::string_view text, std::size_t at) const;

  std::string needle_;  // lower case
  bool open_start_ = false, open_end_ = false;
  TemplateSearch search_{{}, true};
};

}  // namespace logmill::query
