// What is served where: one answer_<name>.cc each, listed in endpoints.cc.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/request.h"
#include "http/response.h"
#include "logserve/service/access.h"
#include "logserve/service/service.h"

namespace logmill::logserve {

struct Call {
  const http::Request& request;
  http::Response& response;
  const Grant& grant;
  Service& service;
  std::string part = {};  // what stands in the path where the endpoint's has {name}

  // The whole answer.
  base::Status send_json(std::string_view json, unsigned status = 200);
};

// Whose way of speaking an endpoint has: what errors look like.
enum class Dialect : std::uint8_t { own, loki, elastic };

struct Parameter {
  std::string_view name, summary;
};

// What a request or an answer holds.
struct Content {
  std::string_view media_type;  // empty: nothing
  std::string_view schema;      // a name of api_schemas()
};

// Besides the one that is no error, and those that Error describes.
struct OtherAnswer {
  unsigned status;  // may be that of the first: then the content has another form
  std::string_view when;
  Content gives = {};
};

struct Endpoint {
  std::string_view method, path;  // a segment "{name}" of the path stands for any one, which the call has as its part
  std::string_view summary;
  Scope scope;
  // An error before anything was sent becomes the answer: invalid 400, not_found 404, too_large 413, again 429, others 500.
  base::Status (*answer)(Call& call);
  std::span<const Parameter> parameters = {};
  bool searches = false;  // takes the search_parameters() as well
  Dialect dialect = Dialect::own;
  Content takes = {};  // the body of a request
  Content takes_too = {};
  Content gives = {};     // an answer that is no error
  unsigned status = 200;  // of that
  std::span<const OtherAnswer> others = {};
};

inline constexpr std::string_view kJsonType = "application/json", kPlainType = "text/plain";

std::span<const Endpoint* const> endpoints();

// Finds the endpoint, judges the token, answers.
void answer(Service& service, const http::Request& request, http::Response& response);

}  // namespace logmill::logserve
