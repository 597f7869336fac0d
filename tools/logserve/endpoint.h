// What is served where: one answer_<name>.cc each, listed in endpoints.cc.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/request.h"
#include "http/response.h"
#include "logserve/access.h"
#include "logserve/service.h"

namespace logmill::logserve {

struct Call {
  const http::Request& request;
  http::Response& response;
  const Grant& grant;
  Service& service;

  // The whole answer.
  base::Status send_json(std::string_view json, unsigned status = 200);
};

struct Parameter {
  std::string_view name, summary;
};

struct Endpoint {
  std::string_view method, path;
  std::string_view summary;
  Scope scope;
  // An error before anything was sent becomes the answer: invalid 400, not_found 404, too_large 413, again 429, others 500.
  base::Status (*answer)(Call& call);
  std::span<const Parameter> parameters = {};
  bool searches = false;  // takes the search_parameters() as well
};

std::span<const Endpoint* const> endpoints();

// Finds the endpoint, judges the token, answers.
void answer(Service& service, const http::Request& request, http::Response& response);

}  // namespace logmill::logserve
