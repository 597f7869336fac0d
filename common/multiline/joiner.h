// Which lines belong together: a stack trace is one event with the line that announced it.
//
//   indent            a line that begins with a blank goes on with the event before it; so do all rules but the last three
//   auto              what any of the languages below would join
//   java dotnet python go node ruby php rust
//                     traces as these write them (traces.h)
//   start:REGEX       an event begins with each line in which the expression is found
//   continue:REGEX    a line in which it is found goes on with the event before it
//   end:REGEX         an event ends with each line in which it is found
//
// Nothing of the input is kept: an event that is not complete is shown again, with what came after.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "multiline/traces.h"

namespace re2 {
class RE2;
}

namespace logmill::multiline {

// Whether more may follow the text that is there.
enum class More {
  expected,
  paused,  // nothing came for a while: whole lines that wait for others are complete as they are
  none,
};

struct Event {
  std::string_view text;  // without the newlines, and blank lines, that end it
  std::size_t size = 0;   // with them: the next one begins there
  bool whole = true;      // false: cut because it is too long, the next goes on with it
};

// Thread-safe: its methods change nothing.
class Joiner {
 public:
  static base::Result<Joiner> parse(std::string_view rule);
  ~Joiner();
  Joiner(Joiner&&) noexcept;
  Joiner& operator=(Joiner&&) noexcept;

  // How far an event was looked through, so that its lines are looked at once however often it grows.
  struct Progress {
    std::size_t scanned = 0;  // whole lines
    std::array<std::uint8_t, kTraces> states{};
    bool ended = false;  // no line goes on with it
  };

  // The event that `text` begins with; nullopt if its end is not there yet. With more than `bytes_max` + 1 bytes there
  // always is one: longer ones are cut, between lines where that can be. Begins with a new Progress after each.
  std::optional<Event> next(std::string_view text, More more, std::size_t bytes_max, Progress& progress) const;

 private:
  enum class Rule : std::uint8_t { traces, start, follow, end };
  explicit Joiner(Rule rule);

  std::optional<std::size_t> find_end(std::string_view text, Progress& progress) const;
  bool goes_on(std::string_view line, Progress& progress) const;
  bool found(std::string_view line) const;

  Rule rule_;
  std::span<const Trace> traces_;  // of Rule::traces
  std::unique_ptr<re2::RE2> pattern_;
};

// "auto|indent|java|…|start:REGEX": the choices that --help and completions show.
std::string joiner_choices();

}  // namespace logmill::multiline
