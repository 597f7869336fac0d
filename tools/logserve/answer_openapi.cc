// GET /openapi.json: made of the table of endpoints, so that it says what is served.
#include "logserve/endpoint.h"
#include "logserve/query_of.h"
#include "text/json_writer.h"

namespace logmill::logserve {
namespace {

void append_string(std::string& out, std::string_view key, std::string_view value) {
  text::append_json_string(out, key);
  out += ':';
  text::append_json_string(out, value);
}

void append_parameters(std::string& out, std::span<const Parameter> parameters, bool& first) {
  for (const Parameter& parameter : parameters) {
    out += first ? "{" : ",{";
    first = false;
    append_string(out, "name", parameter.name);
    out += ",\"in\":\"query\",";
    append_string(out, "description", parameter.summary);
    out += ",\"schema\":{\"type\":\"string\"}}";
  }
}

void append_operation(std::string& out, const Endpoint& endpoint) {
  text::append_json_string(out, endpoint.method == "GET" ? "get" : endpoint.method == "POST" ? "post" : "delete");
  out += ":{";
  append_string(out, "summary", endpoint.summary);
  out += ",\"parameters\":[";
  bool first = true;
  if (endpoint.searches) append_parameters(out, search_parameters(), first);
  append_parameters(out, endpoint.parameters, first);
  out += "],\"responses\":{\"200\":{\"description\":\"done\"}}";
  if (endpoint.scope != Scope::none) {
    out += ",\"security\":[{\"token\":[";
    text::append_json_string(out, scope_name(endpoint.scope));
    out += "]}]";
  }
  out += '}';
}

base::Status answer_openapi(Call& call) {
  std::string json = "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"logserve\",\"version\":\"1\"},\"paths\":{";
  std::string_view path;
  for (const Endpoint* endpoint : endpoints()) {
    if (endpoint->path == path) {
      json.back() = ',';
    } else {
      if (!path.empty()) json += ',';
      text::append_json_string(json, endpoint->path);
      json += ":{";
      path = endpoint->path;
    }
    append_operation(json, *endpoint);
    json += '}';
  }
  json += R"(},"components":{"securitySchemes":{"token":{"type":"http","scheme":"bearer"}}}})";
  return call.send_json(json);
}

}  // namespace

extern constexpr Endpoint kOpenapi{
    .method = "GET", .path = "/openapi.json", .summary = "This list.", .scope = Scope::none, .answer = answer_openapi};

}  // namespace logmill::logserve
