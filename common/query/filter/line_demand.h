// What a line of text must hold so that the record in it can match a filter. Found by the bytes
// alone, before anything is parsed: of a rare needle most lines are left out at the speed of a plain
// text search.
//
// A value of a record is a part of its line, byte for byte, with these exceptions: escapes ("\u0041",
// "\/"), colours that are taken out, numbers in JSON that are printed in another way (1e3), and
// words that a parser puts in (levels, facilities). So nothing is asked of fields that parsers make
// up, nor of texts that a number or such a word may hold; and a line with an escape that stands for
// a letter may always match.
//
// Levels and numbers are looked for by the names of their fields (named_value.h). That tells of lines only in which each field stands
// behind its name, which their first byte shows, and a few bytes that lines of other formats hold; of other lines those that have one of
// the levels are found by all the ways to write it, and those that have a number by its digits. Where numbers are compared otherwise than
// for being the same any of these may match.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "codec/line_sieve.h"
#include "index/sidecar_reader.h"
#include "query/filter/ast.h"
#include "query/filter/line_sight.h"
#include "query/filter/named_value.h"
#include "query/filter/regex_atoms.h"
#include "query/language/context.h"
#include "text/needles.h"

namespace logmill::query {

class LineDemand : public codec::LineSieve {
 public:
  // In which formats lines may be: any, or those that are found by themselves.
  enum class Formats : std::uint8_t { any, found };

  // nullptr if every line may match.
  static std::unique_ptr<LineDemand> of(const Expr& expr, const Context& context, Formats formats);

  void sift(std::string_view lines, std::string& kept) const override;
  // Whether lines are found by names of fields, of which sidecars know nothing.
  bool goes_by_names() const { return by_names_; }
  // Which spans of a file may hold such a line, by its sidecar: one flag each. Fails with corrupt if
  // filters are damaged: the mask is right all the same.
  base::Status spans_of(const index::SidecarReader& sidecar, index::BlockMask& spans) const;

 private:
  static constexpr std::size_t kSetAtomsMax = 6;  // Part::matching_sets

  struct Part {
    enum class Kind : std::uint8_t { anything, text, regex, named, all_of, any_of };
    Kind kind = Kind::anything;
    text::Needles needle;             // one, of a text
    std::vector<std::uint64_t> keys;  // of its tokens that are whole wherever it stands
    std::unique_ptr<RegexAtoms> regex;
    std::vector<text::Needles> atoms;  // of the regex, one each
    std::vector<int> assumed;          // of them: held, as far as can be known
    // Of a few atoms, a bit for each set of those that are held, which is a number of as many bits: whether it may match. To ask the regex
    // line by line takes longer than to parse the lines.
    std::uint64_t matching_sets = 0;
    std::unique_ptr<NamedValue> named;
    std::vector<Part> parts;
  };
  // What stands in each line that may match: one of these.
  struct Cover {
    std::vector<std::string> texts;
    std::vector<const NamedValue*> named;

    bool empty() const { return texts.empty() && named.empty(); }
    void add(const Cover& other);
  };
  static bool has_slash(const Part& part);
  static Part part_of(const Expr& expr, const Context& context, Formats formats);
  static Part part_of_term(const Term& term, const Context& context, Formats formats);
  static Part part_of_texts(const Term& term, const Context& context);
  static Part part_of_text(std::string_view text, bool with_stars);
  static Part part_of_regex(const Literal& literal, const Context& context);
  static std::uint64_t sets_matching(const Part& part);
  static Part part_of_run(std::string_view text, std::size_t begin, std::size_t end, bool open_start, bool open_end);
  static base::Status narrow(const Part& part, const index::SidecarReader& sidecar, index::BlockMask& spans);
  static Part join(Part::Kind kind, std::vector<Part> parts);
  static bool holds(const Part& part, std::string_view line);
  static Cover cover_of(const Part& part);
  static std::vector<std::string> cover_of_regex(const Part& part);
  void look_for_names(const Cover& cover, const std::vector<std::string_view>& opaque);
  void look_for_values(const Cover& cover, const std::vector<std::string_view>& opaque);
  static void look_for_levels(LineSight& sight, const Severities& wanted);
  static void add_cover(LineSight& sight, const Cover& cover, const std::vector<std::string_view>& opaque);
  void sift_by_names(std::string_view lines, std::string& kept) const;
  bool is_harmless_escape(std::string_view here) const;
  std::size_t look_at_line(std::string_view lines, std::size_t at, std::string& kept) const;
  bool keeps(std::string_view line) const;

  Part root_;
  text::Needles cover_;           // one of them stands in each line that may match
  text::Needles opaque_;          // those of them that tell nothing else about a line
  text::ByteSet may_be_escaped_;  // bytes that matter where they stand as escapes
  // Instead of cover_.
  bool by_names_ = false;
  LineSight named_;                     // where lines begin as objects and pairs do
  std::unique_ptr<LineSight> unnamed_;  // where they do not; nullptr: all of those may match
};

}  // namespace logmill::query
