// A user's own format: a regular expression whose named groups become fields.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "parse/parser.h"

namespace re2 {
class RE2;
}

namespace logmill::parse {

// RE2: linear time, whatever the pattern. Immutable: may be used from several threads.
class RegexLine {
 public:
  // Fails if the pattern is wrong or names no group.
  static base::Result<RegexLine> compile(std::string_view pattern);
  ~RegexLine();
  RegexLine(RegexLine&&) noexcept;

  // Matches anywhere in the line. Groups called like the time, the level or the message set these;
  // a line without a group for the message keeps all of itself as message.
  Outcome parse(std::string_view line, record::RowWriter& row, const ParseContext& context) const;

 private:
  RegexLine();
  std::unique_ptr<re2::RE2> pattern_;
  std::vector<std::string> names_;  // by group number; empty for groups without a name
};

}  // namespace logmill::parse
