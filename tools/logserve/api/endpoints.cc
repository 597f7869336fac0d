#include <algorithm>
#include <array>

#include "logserve/api/endpoint.h"
#include "logserve/api/parameters.h"
#include "logserve/api/printable.h"
#include "text/json_text.h"

namespace logmill::logserve {

#define ENDPOINTS(X)       \
  X(kPage)                 \
  X(kPageScript)           \
  X(kPageStyle)            \
  X(kIngest)               \
  X(kSearch)               \
  X(kAggregate)            \
  X(kHits)                 \
  X(kFieldValues)          \
  X(kFieldFacets)          \
  X(kFieldNames)           \
  X(kAround)               \
  X(kStream)               \
  X(kExport)               \
  X(kExportList)           \
  X(kExportState)          \
  X(kExportCancel)         \
  X(kExportFetch)          \
  X(kDelete)               \
  X(kDeletions)            \
  X(kAlerts)               \
  X(kHealthz)              \
  X(kReadyz)               \
  X(kMetrics)              \
  X(kOpenapi)              \
  X(kBulk)                 \
  X(kBulkOfIndex)          \
  X(kDocument)             \
  X(kElasticLicense)       \
  X(kElasticHealth)        \
  X(kPolicyGet)            \
  X(kPolicyPut)            \
  X(kIndexTemplateGet)     \
  X(kIndexTemplatePut)     \
  X(kComponentTemplateGet) \
  X(kComponentTemplatePut) \
  X(kOldTemplateGet)       \
  X(kOldTemplatePut)       \
  X(kDataStreamGet)        \
  X(kDataStreamPut)        \
  X(kIngestPipelineGet)    \
  X(kIngestPipelinePut)    \
  X(kLokiRange)            \
  X(kLokiRangePost)        \
  X(kLokiQuery)            \
  X(kLokiQueryPost)        \
  X(kLokiLabels)           \
  X(kLokiLabelsPost)       \
  X(kLokiValues)           \
  X(kLokiSeries)           \
  X(kLokiSeriesPost)       \
  X(kLokiStats)            \
  X(kLokiVolume)           \
  X(kLokiVolumeRange)      \
  X(kLokiFields)           \
  X(kLokiFieldValues)      \
  X(kLokiDetectedLabels)   \
  X(kLokiPatternList)      \
  X(kLokiFormat)           \
  X(kLokiFormatPost)       \
  X(kLokiBuildinfo)        \
  X(kLokiReady)            \
  X(kLokiPush)             \
  X(kLokiTail)

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

std::string own_error(std::string_view code, std::string_view what) {
  return text::JsonText().raw("error", text::JsonText().text("code", code).text("message", what).end()).end() + "\n";
}

// Elasticsearch, REST APIs, "Common error responses": clients read the status of it, people the reason.
std::string elastic_error(unsigned status, std::string_view what) {
  const std::string_view type = status == 401 || status == 403 ? "security_exception"
                                : status == 404                ? "resource_not_found_exception"
                                : status == 413                ? "content_too_long_exception"
                                : status == 429                ? "es_rejected_execution_exception"
                                : status < 500                 ? "illegal_argument_exception"
                                                               : "exception";
  text::JsonText error;
  error.raw("root_cause", "[" + text::JsonText().text("type", type).text("reason", what).end() + "]");
  return text::JsonText().raw("error", error.text("type", type).text("reason", what).end()).integer("status", status).end() + "\n";
}

void refuse(http::Response& response, Dialect dialect, unsigned status, std::string_view code, std::string_view what) {
  base::Status sent;
  switch (dialect) {
    case Dialect::own: sent = response.send(status, "application/json", own_error(code, what)); break;
    // Loki, pkg/util/server/error.go: the text by itself.
    case Dialect::loki: sent = response.send(status, "text/plain; charset=utf-8", printable(what) + "\n"); break;
    case Dialect::elastic: sent = response.send(status, "application/json", elastic_error(status, what)); break;
  }
}

// Whether `path` is of the form of an endpoint's, in which one segment may be {name}: `part` is what stands there.
bool fits(std::string_view form, std::string_view path, std::string& part) {
  const std::size_t open = form.find('{');
  if (open == std::string_view::npos) return form == path;
  const std::string_view tail = form.substr(form.find('}') + 1);
  if (path.size() <= open + tail.size() || path.substr(0, open) != form.substr(0, open) || !path.ends_with(tail)) return false;
  const std::string_view middle = path.substr(open, path.size() - open - tail.size());
  if (middle.find('/') != std::string_view::npos) return false;
  part = middle;
  return true;
}

// A browser sends what any page asks it to, also to this machine: with the page's origin, or under a name of the page's that leads here.
// Who has no token to show would be taken for its user.
bool is_foreign_page(const Service& service, const http::Request& request) {
  const std::string_view origin = request.header("origin"), host = request.header("host");
  if (!origin.empty() && origin != "http://" + std::string(host) && origin != "https://" + std::string(host)) return true;
  const Options& options = service.options();
  const bool anybody = options.token_file.empty() && options.tls.client_ca.empty() && !options.insecure;
  return anybody && !request.peer.empty() && !host.empty() && !is_this_machine(host);
}

}  // namespace

void answer(Service& service, const http::Request& request, http::Response& response) {
  ++service.counters.requests;
  for (const auto& [name, value] : http::plain_text_headers()) response.add_header(name, value);
  const std::string_view method = request.method == "HEAD" ? std::string_view("GET") : std::string_view(request.method);
  std::string allowed, part;
  const Endpoint* found = nullptr;
  for (const Endpoint* endpoint : endpoints()) {
    std::string its_part;
    if (!fits(endpoint->path, request.target.path, its_part)) continue;
    if (endpoint->method == method && (found == nullptr || its_part.empty())) {
      found = endpoint;
      part = its_part;
    }
    allowed += (allowed.empty() ? "" : ", ") + std::string(endpoint->method);
  }
  if (allowed.empty())
    return refuse(response, Dialect::own, 404, "not_found", "nothing is served at " + request.target.path + "; see /openapi.json");
  if (found == nullptr) {
    response.add_header("Allow", allowed);
    return refuse(response, Dialect::own, 405, "method_not_allowed", request.target.path + " takes " + allowed);
  }
  if (found->dialect == Dialect::elastic) response.add_header("X-Elastic-Product", "Elasticsearch");
  if (is_foreign_page(service, request)) {
    ++service.counters.refused;
    return refuse(response, found->dialect, 403, "forbidden", "a page of another site may not use this");
  }
  static const Grant nobody;
  const Grant* grant = service.access().find(request.header("authorization"));
  if (grant == nullptr && found->scope == Scope::none) grant = &nobody;
  if (grant == nullptr) {
    ++service.counters.refused;
    response.add_header("WWW-Authenticate", "Bearer");
    return refuse(response, found->dialect, 401, "unauthorized", "a token is needed: Authorization: Bearer TOKEN");
  }
  if (!grant->allows(found->scope)) {
    ++service.counters.refused;
    return refuse(response, found->dialect, 403, "forbidden", "this token lacks the scope " + std::string(scope_name(found->scope)));
  }
  if (const std::string why = unknown_parameter(*found, request); !why.empty())
    return refuse(response, found->dialect, 400, "invalid", why);
  Call call{request, response, *grant, service, std::move(part)};
  const auto done = found->answer(call);
  if (done || response.begun()) return;
  const Fault fault = fault_of(done.error().code);
  if (fault.status == 429) response.add_header("Retry-After", "1");
  refuse(response, found->dialect, fault.status, fault.code, done.error().what);
}

}  // namespace logmill::logserve
