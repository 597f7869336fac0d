// GET /openapi.json: made of the table of endpoints, so that it says what is served.
#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "logserve/operate/api_schemas.h"
#include "logserve/api/endpoint.h"
#include "logserve/api/parameters.h"
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

// Of a path with {name}.
void append_path_parameter(std::string& out, std::string_view path, bool& first) {
  const std::size_t open = path.find('{');
  if (open == std::string_view::npos) return;
  out += '{';
  first = false;
  append_string(out, "name", path.substr(open + 1, path.find('}') - open - 1));
  out += R"(,"in":"path","required":true,"schema":{"type":"string"}})";
}

// "content":{"application/json":{"schema":{…}}}
void append_content(std::string& out, std::span<const Content> contents) {
  out += "\"content\":{";
  for (const Content& content : contents) {
    if (out.back() == '}') out += ',';
    text::append_json_string(out, content.media_type);
    out += ":{\"schema\":{";
    append_string(out, "$ref", "#/components/schemas/" + std::string(content.schema));
    out += "}}";
  }
  out += '}';
}

Content error_of(Dialect dialect) {
  switch (dialect) {
    case Dialect::loki: return {kPlainType, "Text"};
    case Dialect::elastic: return {kJsonType, "ElasticError"};
    case Dialect::own: break;
  }
  return {kJsonType, "Error"};
}

void append_responses(std::string& out, const Endpoint& endpoint) {
  // Of each status what it says, and in which forms.
  std::map<unsigned, std::pair<std::string_view, std::vector<Content>>> answers;
  answers[endpoint.status] = {"done", {endpoint.gives}};
  for (const OtherAnswer& other : endpoint.others)
    answers.try_emplace(other.status, other.when, std::vector<Content>()).first->second.second.push_back(other.gives);
  out += "\"responses\":{";
  for (auto& [status, answer] : answers) {
    out += "\"" + std::to_string(status) + "\":{";
    append_string(out, "description", answer.first);
    std::erase_if(answer.second, [](const Content& content) { return content.media_type.empty(); });
    if (!answer.second.empty()) {
      out += ',';
      append_content(out, answer.second);
    }
    out += "},";
  }
  out += "\"default\":{\"description\":\"what is wrong\",";
  append_content(out, std::array{error_of(endpoint.dialect)});
  out += "}}";
}

void append_operation(std::string& out, const Endpoint& endpoint) {
  std::string method(endpoint.method);
  std::ranges::transform(method, method.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  text::append_json_string(out, method);
  out += ":{";
  append_string(out, "summary", endpoint.summary);
  out += ",\"parameters\":[";
  bool first = true;
  append_path_parameter(out, endpoint.path, first);
  if (endpoint.searches) append_parameters(out, search_parameters(), first);
  append_parameters(out, endpoint.parameters, first);
  out += "],";
  if (!endpoint.takes.media_type.empty()) {
    out += "\"requestBody\":{";
    std::vector<Content> takes{endpoint.takes};
    if (!endpoint.takes_too.media_type.empty()) takes.push_back(endpoint.takes_too);
    append_content(out, takes);
    out += "},";
  }
  append_responses(out, endpoint);
  if (endpoint.scope != Scope::none) {
    out += ",\"security\":[{\"token\":[";
    text::append_json_string(out, scope_name(endpoint.scope));
    out += "]}]";
  }
  out += '}';
}

void append_schemas(std::string& out) {
  for (const ApiSchema& schema : api_schemas()) {
    out += &schema == &api_schemas().front() ? "" : ",";
    text::append_json_string(out, schema.name);
    out.append(":").append(schema.json);
  }
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
  json += R"(},"components":{"securitySchemes":{"token":{"type":"http","scheme":"bearer"}},"schemas":{)";
  append_schemas(json);
  json += "}}}";
  return call.send_json(json);
}

}  // namespace

extern constexpr Endpoint kOpenapi{.method = "GET",
                                   .path = "/openapi.json",
                                   .summary = "This list.",
                                   .scope = Scope::none,
                                   .answer = answer_openapi,
                                   .gives = {kJsonType, "OpenApi"}};

}  // namespace logmill::logserve
