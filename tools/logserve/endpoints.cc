#include <algorithm>
#include <array>

#include "logserve/endpoint.h"
#include "text/json_writer.h"

namespace logmill::logserve {

#define ENDPOINTS(X) \
  X(kPage)           \
  X(kPageScript)     \
  X(kPageStyle)      \
  X(kIngest)         \
  X(kSearch)         \
  X(kAggregate)      \
  X(kHits)           \
  X(kFieldValues)    \
  X(kFieldFacets)    \
  X(kFieldNames)     \
  X(kAround)         \
  X(kStream)         \
  X(kExport)         \
  X(kDelete)         \
  X(kDeletions)      \
  X(kAlerts)         \
  X(kHealthz)        \
  X(kReadyz)         \
  X(kMetrics)        \
  X(kOpenapi)

#define DECLARE(name) extern const Endpoint name;
ENDPOINTS(DECLARE)
#undef DECLARE

std::span<const Endpoint* const> endpoints() {
#define ADDRESS(name) &name,
  static constexpr std::array kAll = {ENDPOINTS(ADDRESS)};
#undef ADDRESS
  return kAll;
}

base::Status Call::send_json(std::string_view json, unsigned status) {
  return response.send(status, "application/json", std::string(json) + "\n");
}

namespace {

struct Fault {
  unsigned status;
  std::string_view code;
};

Fault fault_of(base::ErrorCode code) {
  switch (code) {
    case base::ErrorCode::invalid: return {400, "invalid"};
    case base::ErrorCode::not_found: return {404, "not_found"};
    case base::ErrorCode::too_large: return {413, "too_large"};
    case base::ErrorCode::unsupported: return {501, "unsupported"};
    case base::ErrorCode::again: return {429, "again"};
    default: return {500, "failed"};
  }
}

void refuse(http::Response& response, unsigned status, std::string_view code, std::string_view what) {
  std::string json = "{\"error\":{\"code\":";
  text::append_json_string(json, code);
  json += ",\"message\":";
  text::append_json_string(json, what);
  [[maybe_unused]] const auto sent = response.send(status, "application/json", json + "}}\n");
}

// A browser sends what any page asks it to, also to this machine: with the page's origin, or under a name of the page's that leads here.
// Who has no token to show would be taken for its user.
bool is_foreign_page(const Service& service, const http::Request& request) {
  const std::string_view origin = request.header("origin"), host = request.header("host");
  if (!origin.empty() && origin != "http://" + std::string(host) && origin != "https://" + std::string(host)) return true;
  const Logserve::Options& options = service.options();
  const bool anybody = options.token_file.empty() && options.tls.client_ca.empty() && !options.insecure;
  return anybody && !request.peer.empty() && !host.empty() && !is_this_machine(host);
}

// Of a page that shows log text: nothing in it may run or call elsewhere.
void add_common_headers(http::Response& response) {
  response.add_header("Cache-Control", "no-store");
  response.add_header("X-Content-Type-Options", "nosniff");
  response.add_header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
}

}  // namespace

void answer(Service& service, const http::Request& request, http::Response& response) {
  ++service.counters.requests;
  add_common_headers(response);
  const std::string_view method = request.method == "HEAD" ? std::string_view("GET") : std::string_view(request.method);
  std::string allowed;
  const Endpoint* found = nullptr;
  for (const Endpoint* endpoint : endpoints()) {
    if (endpoint->path != request.target.path) continue;
    if (endpoint->method == method) found = endpoint;
    allowed += (allowed.empty() ? "" : ", ") + std::string(endpoint->method);
  }
  if (allowed.empty()) return refuse(response, 404, "not_found", "nothing is served at " + request.target.path + "; see /openapi.json");
  if (found == nullptr) {
    response.add_header("Allow", allowed);
    return refuse(response, 405, "method_not_allowed", request.target.path + " takes " + allowed);
  }
  if (is_foreign_page(service, request)) {
    ++service.counters.refused;
    return refuse(response, 403, "forbidden", "a page of another site may not use this");
  }
  static const Grant nobody;
  const Grant* grant = service.access().find(request.header("authorization"));
  if (grant == nullptr && found->scope == Scope::none) grant = &nobody;
  if (grant == nullptr) {
    ++service.counters.refused;
    response.add_header("WWW-Authenticate", "Bearer");
    return refuse(response, 401, "unauthorized", "a token is needed: Authorization: Bearer TOKEN");
  }
  if (!grant->allows(found->scope)) {
    ++service.counters.refused;
    return refuse(response, 403, "forbidden", "this token lacks the scope " + std::string(scope_name(found->scope)));
  }
  Call call{request, response, *grant, service};
  const auto done = found->answer(call);
  if (done || response.begun()) return;
  const Fault fault = fault_of(done.error().code);
  if (fault.status == 429) response.add_header("Retry-After", "1");
  refuse(response, fault.status, fault.code, done.error().what);
}

}  // namespace logmill::logserve
