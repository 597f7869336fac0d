// A request of HTTP/1.1, whole: RFC 9110, RFC 9112.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace logmill::http {

struct Target {
  std::string path;                                             // decoded
  std::vector<std::pair<std::string, std::string>> parameters;  // decoded, in their order
};
// "/logs/search?q=a%20b+c": of parameters a plus is a space (WHATWG, URL, application/x-www-form-urlencoded). Fails with invalid.
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
