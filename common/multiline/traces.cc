#include "multiline/traces.h"

#include <algorithm>
#include <utility>

#include "text/tokens.h"

namespace logmill::multiline {
namespace {

constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_name_byte(char c) { return is_upper(c) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$'; }

bool is_indented(std::string_view line) { return !line.empty() && (line.front() == ' ' || line.front() == '\t'); }

template <class... Prefixes>
bool begins_with(std::string_view line, Prefixes... prefixes) {
  return (line.starts_with(prefixes) || ...);
}

// Whether a trace may follow that is not indented: after a line that says INFO it is somebody else's.
bool may_announce(std::string_view line) {
  constexpr std::size_t kLevelWithin = 96;
  constexpr std::string_view kCalm[] = {"info", "debug", "trace", "notice", "information"};
  bool calm = false;
  text::for_each_token(line.substr(0, kLevelWithin),
                       [&](std::string_view token) { calm |= std::ranges::find(kCalm, token) != std::end(kCalm); });
  return !calm;
}

// a.b.C, followed by a colon or by nothing: what it names. Else empty.
std::string_view qualified_name(std::string_view line) {
  const std::size_t end = std::min(line.size(), line.find_first_of(": "));
  if (end == 0 || (end < line.size() && line[end] != ':')) return {};
  const std::string_view name = line.substr(0, end);
  return std::ranges::all_of(name, [](char c) { return is_name_byte(c) || c == '.'; }) ? name : std::string_view{};
}

bool names_exception(std::string_view name) {
  return name.ends_with("Exception") || name.ends_with("Error") || name.ends_with("Throwable");
}

// "java.io.IOException: disk full", "System.InvalidOperationException: …"
bool is_qualified_exception(std::string_view line) {
  const std::string_view name = qualified_name(line);
  return name.find('.') != std::string_view::npos && names_exception(name);
}

// Of Java and .NET: the exception stands in the first line or in the second; its frames are indented.
bool managed_goes_on(std::uint8_t& state, std::string_view line) {
  enum : std::uint8_t { fresh, calm, announced, thrown };
  const bool exception = is_qualified_exception(line);
  if (state == fresh) {
    state = exception ? thrown : may_announce(line) ? announced : calm;
    return true;
  }
  if (is_indented(line)) state = thrown;
  if (is_indented(line) || begins_with(line, "Caused by: ", "Suppressed: ", "Wrapped by: ", "... ", "---> ", "--- ")) return true;
  return exception && std::exchange(state, thrown) == announced;
}

bool python_goes_on(std::uint8_t& state, std::string_view line) {
  enum : std::uint8_t { fresh, calm, announced, frames, thrown, after_blank, chained };
  const bool traceback = line.starts_with("Traceback (most recent call last)");
  const std::uint8_t before = state;
  if (before == fresh) {
    state = traceback ? frames : may_announce(line) ? announced : calm;
    return true;
  }
  if (is_indented(line)) return true;
  switch (before) {
    case calm: return false;
    case announced:
    case chained:
      if (traceback) state = frames;
      return traceback || (before == chained && line.empty());
    case frames:  // these are indented; the first that is not says what was thrown
      state = thrown;
      return !qualified_name(line).empty();
    case thrown: state = after_blank; return line.empty();
    default:
      if (begins_with(line, "During handling of the above exception", "The above exception was the direct cause")) {
        state = chained;
        return true;
      }
      return line.empty();
  }
}

// "main.(*Server).serve(0xc000, {0x5, 0x7})", "created by main.main in goroutine 1"
bool is_go_call(std::string_view line) {
  const std::size_t open = line.find_first_of("( ");
  return open != 0 && open != std::string_view::npos && line[open] == '(' && line.back() == ')';
}

bool go_goes_on(std::uint8_t& state, std::string_view line) {
  enum : std::uint8_t { fresh, calm, announced, panicked, calls };
  const bool panics = begins_with(line, "panic: ", "fatal error: ");
  if (state == fresh) {
    state = panics ? panicked : may_announce(line) ? announced : calm;
    return true;
  }
  if (is_indented(line)) return true;
  if (state == calm) return false;
  if (line.starts_with("goroutine ") && line.ends_with(':')) {
    state = calls;
    return true;
  }
  if (state == announced) return false;
  if (line.empty() || begins_with(line, "[signal ", "exit status ")) return true;
  return state == panicked ? panics : line.starts_with("created by ") || is_go_call(line);
}

// "TypeError: x is not a function", "Uncaught Error", "Error [ERR_X]: …"
bool is_node_error(std::string_view line) {
  if (line.starts_with("Uncaught ")) line.remove_prefix(9);
  const std::string_view name = line.substr(0, line.find_first_of(": "));
  const std::string_view rest = line.substr(name.size());
  return (rest.empty() || begins_with(rest, ":", " [")) && !name.empty() && is_upper(name[0]) && names_exception(name);
}

bool node_goes_on(std::uint8_t& state, std::string_view line) {
  enum : std::uint8_t { fresh, calm, announced, place, thrown };
  const bool error = is_node_error(line);
  if (state == fresh) {
    // "/srv/app.js:12" stands above the line that threw.
    const std::size_t colon = line.rfind(':');
    const bool is_place = colon != std::string_view::npos && colon + 1 < line.size() && line.find(' ') == std::string_view::npos &&
                          line.find_first_not_of("0123456789", colon + 1) == std::string_view::npos;
    state = error ? thrown : is_place ? place : may_announce(line) ? announced : calm;
    return true;
  }
  if (is_indented(line)) {
    if (state == announced) state = thrown;
    return true;
  }
  if (begins_with(line, "}", "]", ")") && line.find_first_not_of("}]),; ") == std::string_view::npos) return true;
  if (line.starts_with("Node.js v") && state == thrown) return true;
  if (line.empty()) return state == place || state == thrown;
  if (!error || state == calm || state == thrown) return false;
  state = thrown;
  return true;
}

// Indented lines begin with "from"; Rails writes the places alone: "app/models/user.rb:7:in `save'".
bool ruby_goes_on(std::uint8_t& state, std::string_view line) {
  enum : std::uint8_t { fresh, later };
  if (std::exchange(state, later) == fresh || is_indented(line)) return true;
  const std::size_t in = line.find(":in ");
  if (in == std::string_view::npos || line.find(' ') < in) return false;
  return line.ends_with('\'') || line.ends_with('`');
}

bool php_goes_on(std::uint8_t& state, std::string_view line) {
  enum : std::uint8_t { fresh, later };
  if (std::exchange(state, later) == fresh || is_indented(line)) return true;
  if (begins_with(line, "Stack trace:", "[stacktrace]", "[previous exception]", "Next ") || line == "\"}") return true;
  return line.size() > 1 && line[0] == '#' && line[1] >= '0' && line[1] <= '9';
}

bool rust_goes_on(std::uint8_t& state, std::string_view line) {
  enum : std::uint8_t { fresh, announced, panicked, said };
  if (state == fresh) {
    state = line.starts_with("thread '") && line.find("panicked at ") != std::string_view::npos ? panicked : announced;
    return true;
  }
  if (is_indented(line)) return true;
  if (state == announced) return false;
  if (std::exchange(state, said) == panicked) return true;  // what was said
  return begins_with(line, "note: ", "stack backtrace:");
}

constexpr Trace kAll[kTraces] = {
    {"java", managed_goes_on}, {"dotnet", managed_goes_on}, {"python", python_goes_on}, {"go", go_goes_on},
    {"node", node_goes_on},    {"ruby", ruby_goes_on},      {"php", php_goes_on},       {"rust", rust_goes_on},
};

}  // namespace

std::span<const Trace> traces() { return kAll; }

}  // namespace logmill::multiline
