// A text made of what a regular expression finds in another: the replacement of Go's regexp package, with $1, ${1}, $name, ${name} and $$.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace re2 {
class RE2;
}

namespace logmill::query {

// Thread-compatible.
class Rewrite {
 public:
  // The expression is to match the whole text. Fails with invalid for one that is none; a group that it does not have is empty.
  static base::Result<Rewrite> make(const std::string& regex, std::string_view replacement);
  Rewrite(Rewrite&& other) noexcept;
  ~Rewrite();

  // nullopt: the text does not match.
  std::optional<std::string> apply(std::string_view text) const;

 private:
  explicit Rewrite(std::unique_ptr<re2::RE2> regex);
  struct Piece {
    std::string text;
    int group = -1;  // instead of the text
  };
  // Of what follows a $; takes it from `rest`.
  Piece take_group(std::string_view& rest) const;

  std::unique_ptr<re2::RE2> regex_;
  std::vector<Piece> pieces_;
};

}  // namespace logmill::query
