// A request of HTTP/1.1, whole: RFC 9110, RFC 9112.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace logmill::http {

using Parameters = std::vector<std::pair<std::string, std::string>>;  // decoded, in their order
// "a=1&b=x+y", behind the '?' of an address, or a body of application/x-www-form-urlencoded: a plus is a space (WHATWG, URL). Fails with
// invalid.
base::Result<Parameters> parse_form(std::string_view text);
// "?name=value", or "&name=value" behind others, so that parse_form gives it back; nothing if `value` is empty.
void append_parameter(std::string& address, std::string_view name, std::string_view value);

struct Target {
  std::string path;  // decoded
  Parameters parameters;
};
// "/logs/search?q=a%20b+c". Fails with invalid.
base::Result<Target> parse_target(std::string_view text);

struct Request {
  std::string method;
  Target target;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
  std::string peer;  // "10.0.0.7:41822"

  // The first of that name (in lower case); empty if there is none.
  std::string_view header(std::string_view name) const;
  std::optional<std::string_view> parameter(std::string_view name) const;
};

}  // namespace logmill::http
