// A message template, compiled: writing it costs a copy for each constant part and a few digits for
// each variable one.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "generate/event.h"

namespace logmill::generate {

class World;

enum class Quoting : std::uint8_t {
  none,  // the text itself
  json,  // as it stands inside a JSON string
};

class Message {
 public:
  // A message is never longer than this, in either quoting.
  static constexpr std::size_t kBytesMax = 1'024;

  // `text` is a constant of vocabulary.cc: an unknown {variable} in it is our own mistake.
  explicit Message(std::string_view text);

  // `to` has room for kBytesMax bytes; returns the end of what was written.
  char* write(const Event& event, const World& world, Quoting quoting, char* to) const;

 private:
  using Variable = char* (*)(const Event&, const World&, std::uint64_t noise, char* to);
  static Variable find_variable(std::string_view name);

  // Constant text, and the variable that follows it (nullptr at the end).
  struct Part {
    std::array<std::string, 2> text;  // by Quoting
    Variable variable;
  };
  std::vector<Part> parts_;
};

// The path of the event's request, as in "/api/v1/users/4711/orders".
char* write_path(const Event& event, char* to);
// "10.1.2.3"
char* write_client_ip(const Event& event, char* to);
// Hundredths as "12.34".
char* write_hundredths(std::uint64_t hundredths, char* to);

inline char* write_text(std::string_view text, char* to) {
  std::memcpy(to, text.data(), text.size());
  return to + text.size();
}

}  // namespace logmill::generate
