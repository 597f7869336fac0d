// Turns records that hold only a raw line into records with fields.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "parse/parser.h"
#include "parse/regex_line.h"
#include "record/batch.h"
#include "record/fields.h"

namespace logmill::parse {

// Which format lines are in: one of table.cc, a user's regular expression, or whatever fits.
class FormatChoice {
 public:
  // "auto", "regex:PATTERN", or a name of table.cc. A mistyped name gets a suggestion.
  static base::Result<FormatChoice> from_name(std::string_view name);

  FormatChoice() = default;  // auto

 private:
  friend class LineParser;
  const ParserSpec* spec_ = nullptr;
  std::shared_ptr<const RegexLine> regex_;  // shared by copies of the choice; immutable
};

struct LineParserOptions {
  FormatChoice format;
  bool keep_raw = false;
  // The field that holds the line.
  std::string field{record::kRaw};
  base::TimeNs reference = 0;                                           // ParseContext; set_reference
  std::optional<std::vector<std::string>> asked_fields = std::nullopt;  // ParseContext
  // False: of `asked_fields` the time is one, or it does not matter and may be left out.
  bool asks_time = true;
};

struct LineCounts {
  std::uint64_t parsed = 0;
  std::uint64_t unparsed = 0;  // no format fits
};

// In auto mode it remembers for each file (field `file`, else the batch's stream) the format that
// fitted last, and tries that first. Thread-compatible.
class LineParser {
 public:
  // Only records with one of these fields are changed; of those the others matter, too.
  static std::vector<std::string> fields_parsed();

  explicit LineParser(LineParserOptions options);
  LineParser(const LineParser&) = delete;
  LineParser& operator=(const LineParser&) = delete;

  // Parses every row that has the line: sets its fields and drops `raw`, unless that is to be kept.
  // A row that no format fits stays as it is; `parse_error` says why
  // ("nginx: column 17: expected '['") if the line was in `raw`. What a row had before stays too,
  // except that the line's own `host` wins: another one before it becomes `collector_host`.
  LineCounts parse_batch(record::Batch& batch) { return parse_batch(batch, nullptr); }

  // The same for lines that together may have more different fields than one batch has room for: calls `use(part)` with the parts in their
  // order, each of as many rows as have room. `batch` is one after the other, and the last of them in the end.
  template <class Use>
  base::Status parse_parts(record::Batch& batch, Use use) {
    while (true) {
      parse_batch(batch, &rest_);
      LOGMILL_RETURN_IF_ERROR(use(batch));
      if (rest_.empty()) return {};
      std::swap(batch, rest_);
      rest_.clear();
    }
  }

  // What time it is now. Who parses lines as they are written says so for each batch: of a program
  // that runs into another year, stamps without one would be of the year before it.
  void set_reference(base::TimeNs now) { context_.reference = now; }

  // Auto mode goes on learning (as it does at first) or keeps to what it knows now: then how a line
  // is parsed does not depend on which lines came before.
  void learn(bool on) {
    learns_ = on;
    latest_memory_ = nullptr;
  }
  // Knows what `other` has learned, and no more.
  void know_as(const LineParser& other);

  // How many lines each format fitted; the regular expression counts under nullptr.
  const std::unordered_map<const ParserSpec*, std::uint64_t>& fitted() const { return fitted_; }

 private:
  // What auto mode remembers of one file.
  struct Memory {
    const ParserSpec* outer = nullptr;
    const ParserSpec* inner = nullptr;  // of the lines inside the lines
  };
  // An attempt at a line: which format, and how far it came.
  struct Attempt {
    const ParserSpec* spec = nullptr;
    Outcome outcome{1, {}};

    bool matched() const { return outcome.matched(); }
  };
  // One at the current record that failed, and left nothing.
  struct Tried {
    std::string_view line;
    Attempt attempt;
  };
  // Of the current batch.
  struct Columns {
    std::size_t line = 0, error = 0, message = 0, host = 0, file = 0;
    bool others_empty = false;  // no record has more than the line, its time and its level
  };
  // A row's fields at some moment.
  struct Saved {
    std::vector<std::pair<std::size_t, record::Value>> fields;  // by column
    base::TimeNs time = record::kNoTime;
    record::Severity level = record::Severity::none;
  };

  LineCounts parse_batch(record::Batch& batch, record::Batch* rest);
  static bool hand_on(record::Batch& batch, std::size_t row, record::Batch& rest);
  Columns columns_of(record::Batch& batch) const;
  bool holds_only_lines(const record::Batch& batch) const;
  static bool holds_docker_objects(const record::Batch& batch);
  Memory& memory_of(const record::Batch& batch, const record::Value& file);
  bool unwrap_docker_object(record::RowWriter& row, std::size_t log_column);
  bool wants_parsing(record::RowWriter& row, const Columns& columns) const;
  bool parse_row(record::RowWriter& row, const Columns& columns);
  // What the short way made of a line; none: it has to go the other.
  enum class Short { none, parsed, unparsed };
  Short parse_lone_line(record::RowWriter& row, const Columns& columns, Memory& memory);
  bool looks_like_none(std::string_view line) const;
  bool parse_as_before(std::string_view line, record::RowWriter& row);
  bool is_likely_before_usual(std::string_view line) const;
  std::uint64_t formats_of(std::string_view line) const;
  const ParserSpec* first_format(std::string_view line, const Memory& memory) const;
  bool parse_text(std::string_view line, record::RowWriter& row, Memory& memory);
  Attempt parse_line(std::string_view line, record::RowWriter& row, Memory& memory);
  Attempt parse_auto(std::string_view line, record::RowWriter& row, const ParserSpec*& remembered);
  Attempt try_likely(std::string_view line, record::RowWriter& row, std::uint64_t formats, Attempt furthest, const ParserSpec*& remembered);
  Attempt try_format(const ParserSpec& spec, std::string_view line, record::RowWriter& row);
  void parse_inner(Inner inner, record::RowWriter& row, Memory& memory);
  void ask_for_host(bool asks);
  void save(record::RowWriter& row);
  void save_line(std::size_t column, record::Value line, base::TimeNs time, record::Severity level);
  void restore(record::RowWriter& row);
  void count(const ParserSpec* spec);
  std::string explain(std::string_view line, const Attempt& attempt) const;

  bool in_raw() const { return options_.field == record::kRaw; }

  LineParserOptions options_;
  AskedNames asked_, with_host_;  // the fields that are asked for, if not all are
  bool asks_more_ = true;         // ParseContext, without the host
  const FormatsByStart& by_start_ = formats_by_start();
  std::size_t message_column_ = 0;  // of the current batch
  ParseMemory memory_;
  ParseContext context_;
  Tried tried_;
  Saved saved_;           // before the line, or its message, is tried in a format
  Saved saved_envelope_;  // while that is the message: before the line was
  record::Batch rest_;    // of one that is handed on in parts
  std::unordered_map<std::string, Memory> memories_;
  bool learns_ = true;
  Memory unlearned_;        // of a file that was not known when it stopped learning
  std::string latest_key_;  // of `memories_`; most lines are of the same file as the one before
  Memory* latest_memory_ = nullptr;
  std::unordered_map<const ParserSpec*, std::uint64_t> fitted_;
  const ParserSpec* latest_spec_ = nullptr;
  std::uint64_t* latest_count_ = nullptr;
  const ParserSpec* usual_ = nullptr;  // the latest, if it can parse_usual
  std::uint64_t usual_bit_ = 1;        // of it among parsers()
};

}  // namespace logmill::parse
