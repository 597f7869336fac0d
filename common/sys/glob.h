// Patterns of paths: * ? [a-z] within one component, and ** for any number of directories.
//
// As in a shell, a leading dot must be written out, and what * matches never holds a slash. ** does
// not follow symbolic links to directories (they may form circles); written-out components do.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace logmill::sys {

class Glob {
 public:
  explicit Glob(std::string_view pattern);
  // A path in which no character is special.
  static Glob literal(std::string_view path);

  // invalid: a [ without its ], which would match nothing but itself.
  static base::Status check(std::string_view pattern);

  bool is_literal() const;
  const std::string& text() const { return text_; }

  // Whether this path, written as `walk` would report it, matches.
  bool matches(std::string_view path) const;

  struct Visitor {
    // Something of a matching name, perhaps of any kind, perhaps (a literal path) not there.
    std::function<void(const std::string& path)> match;
    // A directory whose listing decides what matches; where one on the way is missing, the nearest
    // above it that is there. As a prefix of paths: empty for the current directory. Perhaps
    // repeated.
    std::function<void(const std::string& directory)> directory;
    // A directory that is there, but whose names cannot be listed. Perhaps repeated.
    std::function<void(const std::string& directory, const base::Error& error)> unreadable = {};
  };
  void walk(const Visitor& visitor) const;

 private:
  struct Component {
    std::string text;
    bool wild;
  };
  Glob(std::string_view text, bool (*is_wild)(std::string_view component));
  static std::vector<std::string> names_in(const std::string& directory, const Visitor& visitor);
  void walk_from(const std::string& directory, std::size_t index, const Visitor& visitor) const;
  bool matches_from(std::size_t index, std::string_view rest) const;

  std::string text_;
  bool absolute_ = false;
  std::vector<Component> components_;
};

}  // namespace logmill::sys
