// One raw line -> the fields of one record. One format per file; table.cc lists them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/clock.h"
#include "parse/asked_names.h"
#include "parse/dated.h"
#include "parse/line_marks.h"
#include "parse/pair_words.h"
#include "record/fields.h"
#include "record/json_object.h"
#include "record/key_memory.h"
#include "record/row_writer.h"
#include "text/stamp_reader.h"

namespace logmill::parse {

// What parsers remember of the lines before: only what saves work.
struct ParseMemory {
  record::JsonObjectReader json;
  LineMarks marks;
  text::StampReader stamps;
  text::BsdStampReader bsd_stamps;
  text::ClfStampReader clf_stamps;
  // The keys of pairs, with their '='. What rows note of them under an older generation, or another reader's, is of others.
  record::KeyMemory pairs;
  PairWords words;             // of the line that is looked at
  bool words_in_vain = false;  // they were, and are of no use
  std::uint32_t pairs_generation = std::uint32_t{1} << 31;
  // Where it is asked for: an object had more fields than are left to its batch, and was not read for that alone.
  bool asks_width = false, too_wide = false;
};

// What parsers need beyond the line.
struct ParseContext {
  // "Now": stamps without a year get the latest one that is not ahead of it.
  base::TimeNs reference;
  ParseMemory& memory;
  // Beside time and level only these are asked for: fields of which nothing else is made need not be set. nullptr: all are.
  const AskedNames* fields = nullptr;
  bool asks_more = true;  // than time and level

  [[gnu::always_inline]] bool asks_for(std::string_view field) const { return fields == nullptr || fields->contains(field); }
  template <class... Names>
  [[gnu::always_inline]] bool asks_for_any(const Names&... names) const {
    return (asks_for(names) || ...);
  }
  [[gnu::always_inline]] void set(record::RowWriter& row, std::string_view field, record::Value value) const {
    if (asks_more && asks_for(field)) row.set(field, value);
  }
};

// Whether a line had the format. Plain data: trying ten formats on a stack trace allocates nothing.
struct Outcome {
  std::size_t column = 0;     // 1-based, where the line stopped being of the format; 0: it matched
  std::string_view expected;  // what would have been right there: "'['", "a time"; lives for ever

  bool matched() const { return column == 0; }
};

// What may be inside the message.
enum class Inner {
  text,  // nothing: it is for people
  json,  // a JSON object, if it looks like one
  line,  // a line of any format: the parser only takes an envelope off (CRI, docker)
};

struct ParserSpec {
  std::string_view name;
  std::string_view summary;
  std::string_view sample;  // a line that the parser matches

  // Sets the fields of the row that `row` stands at. Values point into `line`, which lives as long
  // as the row's batch, and has TextBuffer::kPadding readable bytes behind it. On a mismatch some
  // fields may have been set: the caller resets the row.
  Outcome (*parse)(std::string_view line, record::RowWriter& row, const ParseContext& context);

  // A look at a few bytes: could the line be of this format? Auto mode asks before it tries.
  // nullptr: only when asked for by name.
  bool (*likely)(std::string_view line) = nullptr;

  // Whether a likely line may begin with the byte: of most formats that tells without a call for each line. nullptr: with any.
  bool (*starts)(char first) = nullptr;

  // What those likely lines have that begin with a date and time, of dated.h.
  std::uint8_t dated = dated::kNone;

  // Whether each likely line has a '['.
  bool bracketed = false;

  // Of most lines, and fast, by the words that context.memory.words found in it: does all that `parse` does if the line is likely, and
  // matches; else false, and nothing was set. nullptr: there is no such way. Only of a format that is loose, with text for people.
  bool (*parse_usual)(std::string_view line, record::RowWriter& row, const ParseContext& context) = nullptr;

  Inner inner = Inner::text;

  // The format accepts so much that having matched the last line says little about the next: the
  // stricter ones are tried before it every time.
  bool loose = false;
};

// All formats. In auto mode those that come first are tried first.
std::span<const ParserSpec* const> parsers();

// Which formats auto mode may ask whether a line is likely theirs: a bit for each of parsers().
struct FormatsByStart {
  std::array<std::uint64_t, 256> by_byte{};  // the first one of the line
  // Of a line that begins with a date and time, by dated_marks. The others are not likely, or do not fit.
  std::array<std::uint64_t, dated::kSets> by_marks{};
};
const FormatsByStart& formats_by_start();

// nullptr if there is none of this name.
const ParserSpec* find_parser(std::string_view name);

}  // namespace logmill::parse
