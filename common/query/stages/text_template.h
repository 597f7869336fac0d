// "user {user} from {ip}": a text with places whose content becomes fields.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace logmill::query {

// A place takes as little as possible up to the text behind it; one at the end takes a word,
// {name*} there takes all that is left. {} and {_} take without keeping. {{ and }} stand for
// braces.
class TextTemplate {
 public:
  // Fails with what is wrong.
  static base::Result<TextTemplate> parse(std::string_view pattern);

  const std::vector<std::string>& names() const { return names_; }
  // Finds the template in `text`: the content of each name, in `found` (one entry a name, borrowed
  // from `text`).
  bool match(std::string_view text, std::vector<std::string_view>& found) const;

 private:
  struct Place {
    int name = -1;  // index of its name; -1: not kept
    bool to_end = false;
    std::string literal;  // behind it
  };
  void add_place(std::string_view name);
  bool match_from(std::string_view rest, std::vector<std::string_view>& found) const;

  std::string start_;  // the text in front of the first place
  std::vector<Place> places_;
  std::vector<std::string> names_;
};

}  // namespace logmill::query
