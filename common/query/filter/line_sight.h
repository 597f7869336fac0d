// What is looked for in lines of text that begin alike, before anything is parsed: texts, names whose values tell, levels and numbers that
// stand by themselves. Of a place that is found its nearest bytes tell whether the line may matter.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "query/filter/filter_leaf.h"
#include "query/filter/named_value.h"
#include "text/byte_triples.h"

namespace logmill::query {

class LineSight {
 public:
  // Wherever it stands, in any case of letters. Of two bytes at least if it is to be rare.
  void add_text(std::string_view text);
  // The same, but not in lines that begin with a brace.
  void add_text_outside_objects(std::string_view text);
  // Where it is the name of a member of an object; with its quotes.
  void add_member(std::string_view quoted);
  // Where a value follows that may pass; `named` has to outlive this.
  void add_name(std::string_view name, const NamedValue& named);
  // A spelling of a level, where it is no part of a longer word or number.
  void add_level(std::string_view spelling);
  // The priority in front of a message of syslog that has one of these levels: "<131>".
  void add_priorities(const Severities& wanted);
  // A whole number, as its digits, of three at least; and numbers with an exponent, which may be the same.
  void add_number(std::string_view digits);
  // Where it may pass in a line of an access log: NamedValue::access_number. `named` has to outlive this.
  void add_access_number(const NamedValue& named);
  // These three bytes in a row.
  void add_bytes(const text::ByteTriples::Pattern& bytes);

  // Behind the last one, before `search`.
  void finish() { triples_ = text::ByteTriples(std::exchange(patterns_, {})); }

  // More was added than can be looked for.
  bool is_full() const { return marks_.size() > kMarksMax; }
  // ByteTriples::commonness, once it is finished.
  double commonness() const { return triples_.commonness(); }
  // Calls `found(place)` where something stands, in the line that begins there if it is the end of one: in order, and not before the place
  // that it returned last, or `from`.
  template <class Found>
  void search(std::string_view lines, std::size_t from, Found found) const;

 private:
  static constexpr std::size_t kMarksMax = 64;

  struct Mark {
    enum class Kind : std::uint8_t { bytes, text, text_outside_objects, member, name, level, priority, number, exponent, access_number };
    Kind kind;
    std::string text = {};
    const NamedValue* named = nullptr;
    std::ptrdiff_t begins = 0;  // where the text does, from its triple on
  };
  // A place that was looked at closely and does not matter: nor does another one with the same text, which begins so much before it.
  struct Refusal {
    std::string_view text;
    std::size_t before = 0;

    bool stands_at(std::string_view lines, std::size_t at) const {
      return !text.empty() && at >= before && lines[at - before] == text[0] && lines.substr(at - before).starts_with(text);
    }
  };

  void add_text(Mark::Kind kind, std::string_view text);
  void add(Mark mark, const text::ByteTriples::Pattern& triple);
  std::uint64_t marks_at(std::string_view lines, std::size_t at) const;
  bool matters(std::string_view lines, std::size_t at, std::uint64_t marks, Refusal& last) const;
  bool has_wanted_priority(std::string_view here) const;
  bool has_refused_status(std::string_view here) const;

  std::vector<text::ByteTriples::Pattern> patterns_;  // until it is finished
  text::ByteTriples triples_;
  std::vector<Mark> marks_;
  std::array<std::array<std::uint64_t, 256>, 3> marks_of_{};  // a bit for each mark, by the bytes of its triple
  // Marks that stand in each line of their formats, by themselves, are judged before all others: in marks_of_, if they are there.
  std::uint64_t priority_mark_ = 0, status_mark_ = 0;
  std::array<bool, 1000> refused_status_{};
  std::uint8_t wanted_priorities_ = 0;  // a bit for each severity of syslog
};

// Of the marks whose triple stands there. Behind the lines newlines follow.
inline std::uint64_t LineSight::marks_at(std::string_view lines, std::size_t at) const {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(at + i < lines.size() ? lines[at + i] : '\n'); };
  return marks_of_[0][byte(0)] & marks_of_[1][byte(1)] & marks_of_[2][byte(2)];
}

// Of a number of three digits at most. What is left when it is divided by eight tells: ten is two then, and '0' nothing. What is no number
// may pass.
inline bool LineSight::has_wanted_priority(std::string_view here) const {
  if (here.size() < 5) return true;
  const auto digit = [here](std::size_t at) { return static_cast<unsigned>(static_cast<unsigned char>(here[at])); };
  unsigned number = 4 * digit(1) + 2 * digit(2) + digit(3);
  if (here[4] != '>') {
    number = here[3] == '>' ? 2 * digit(1) + digit(2) : digit(1);
    if (here[3] != '>' && here[2] != '>') return false;
  }
  return (wanted_priorities_ >> number % 8 & 1) != 0;
}

// Of three digits, as most have: "\" 200 512".
inline bool LineSight::has_refused_status(std::string_view here) const {
  if (here.size() < 6 || here[1] != ' ' || here[5] != ' ') return false;
  const auto digit = [here](std::size_t at) { return static_cast<std::size_t>(here[at]) - '0'; };
  const bool are_digits = digit(2) < 10 && digit(3) < 10 && digit(4) < 10;
  return are_digits && refused_status_[100 * digit(2) + 10 * digit(3) + digit(4)];
}

template <class Found>
void LineSight::search(std::string_view lines, std::size_t from, Found found) const {
  text::ByteTriples::Places places;
  Refusal last;  // in most lines a value is what it was in the last one
  for (std::size_t window = 0; window < lines.size(); window += text::ByteTriples::kWindowBytes) {
    for (const std::size_t place : triples_.find(lines, window, places)) {
      const std::size_t at = window + place;
      const std::size_t in_line = at + (lines[at] == '\n');
      const std::uint64_t marks = marks_at(lines, at);
      if (marks == 0 || in_line < from) continue;
      if (marks == priority_mark_ ? !has_wanted_priority(lines.substr(at)) : marks == status_mark_ && has_refused_status(lines.substr(at)))
        continue;
      if (!last.stands_at(lines, at) && matters(lines, at, marks, last)) from = found(in_line);
    }
  }
}

}  // namespace logmill::query
