// A JSON object, member by member.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "text/json_writer.h"

namespace logmill::text {

class JsonText {
 public:
  JsonText& text(std::string_view name, std::string_view value) {
    member(name);
    append_json_string(json_, value);
    return *this;
  }
  JsonText& time(std::string_view name, base::TimeNs time) {
    member(name);
    json_ += '"';
    append_time_utc(json_, time);
    json_ += '"';
    return *this;
  }
  JsonText& number(std::string_view name, double value) {
    member(name);
    append_real(json_, value);
    return *this;
  }
  JsonText& integer(std::string_view name, std::int64_t value) {
    member(name);
    append_integer(json_, value);
    return *this;
  }
  // JSON as it is.
  JsonText& raw(std::string_view name, std::string_view json) {
    member(name);
    json_ += json;
    return *this;
  }
  // The object; nothing may come after it.
  std::string end() { return json_ + "}"; }

 private:
  void member(std::string_view name) {
    if (json_.size() > 1) json_ += ',';
    append_json_string(json_, name);
    json_ += ':';
  }
  std::string json_ = "{";
};

// A list of what `make` makes of each.
template <class Items, class Make>
std::string json_list(const Items& items, Make make) {
  std::string json = "[";
  for (const auto& item : items) {
    if (json.size() > 1) json += ',';
    json += make(item);
  }
  return json + "]";
}

}  // namespace logmill::text
