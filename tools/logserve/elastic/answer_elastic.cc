// What Beats and Logstash ask before they send: whether there is an Elasticsearch, what it may do, and whether their policies, templates,
// data streams and pipelines are there. None of these changes what is stored, so they are there, whatever their name, and those that are
// sent are acknowledged, and not kept.
//
// Who asks what: elastic/beats, libbeat/esleg/eslegclient/connection.go, libbeat/idxmgmt/lifecycle/es_client_handler.go,
// libbeat/template/load.go; logstash-plugins/logstash-output-elasticsearch, lib/logstash/outputs/elasticsearch/http_client/pool.rb.
#include <algorithm>
#include <array>

#include "logserve/api/endpoint.h"
#include "logserve/elastic/elastic_banner.h"
#include "text/json_writer.h"

namespace logmill::logserve {
namespace {

// Beats want one that is not older than they are, unless told (allow_older_versions, which is the default since 8.11): of the last 8.
constexpr std::string_view kElasticBanner =
    R"({"name":"logserve","cluster_name":"logmill","cluster_uuid":"bG9nbWlsbC1sb2dzZXJ2ZQ","version":{"number":"8.19.0",)"
    R"("build_flavor":"default","build_type":"tar","build_hash":"logmill","build_date":"2026-01-01T00:00:00Z","build_snapshot":false,)"
    R"("lucene_version":"9.12.0","minimum_wire_compatibility_version":"7.17.0","minimum_index_compatibility_version":"7.0.0"},)"
    R"("tagline":"You Know, for Search"})";

// What is there under any name: the text around the name in the answer.
struct NamedThing {
  std::string_view path;  // up to the name
  std::string_view before, behind;
};
constexpr std::array<NamedThing, 6> kNamedThings{
    {{"/_ilm/policy/", "{", R"(:{"version":1,"policy":{"phases":{}}}})"},
     {"/_index_template/", R"({"index_templates":[{"name":)", R"(,"index_template":{"index_patterns":[],"composed_of":[]}}]})"},
     {"/_component_template/", R"({"component_templates":[{"name":)", R"(,"component_template":{"template":{}}}]})"},
     {"/_template/", "{", R"(:{"order":0,"index_patterns":[],"settings":{},"mappings":{},"aliases":{}}})"},
     {"/_data_stream/", R"({"data_streams":[{"name":)",
      R"(,"timestamp_field":{"name":"@timestamp"},"indices":[],"generation":1,"status":"GREEN"}]})"},
     {"/_ingest/pipeline/", "{", R"(:{"processors":[]}})"}}};

base::Status answer_named_thing(Call& call) {
  for (const NamedThing& thing : kNamedThings) {
    if (!call.request.target.path.starts_with(thing.path)) continue;
    std::string json(thing.before);
    text::append_json_string(json, call.part);
    return call.send_json(json.append(thing.behind));
  }
  return base::Error{base::ErrorCode::not_found, "there is no " + call.part};
}

base::Status answer_put(Call& call) {
  // RFC 7234, section 5.5.7, as Elasticsearch uses it: clients that look at it log it.
  call.response.add_header("Warning", "299 logserve \"this is not kept: records are stored as they are sent\"");
  return call.send_json(R"({"acknowledged":true})");
}

base::Status answer_license(Call& call) {
  return call.send_json(R"({"license":{"status":"active","uid":"logmill","type":"basic","mode":"basic","issued_to":"logmill"}})");
}

base::Status answer_cluster_health(Call& call) {
  const bool ready = call.service.ingester().ready();
  return call.send_json(std::string(R"({"cluster_name":"logmill","status":")") + (ready ? "green" : "red") +
                        R"(","timed_out":false,"number_of_nodes":1,"number_of_data_nodes":1,"active_primary_shards":1,"active_shards":1,)"
                        R"("relocating_shards":0,"initializing_shards":0,"unassigned_shards":0,"active_shards_percent_as_number":100.0})");
}

constexpr Endpoint elastic(std::string_view method, std::string_view path, std::string_view summary, base::Status (*answer)(Call&)) {
  const bool puts = method == "PUT";
  return {.method = method,
          .path = path,
          .summary = summary,
          .scope = Scope::write,
          .answer = answer,
          .dialect = Dialect::elastic,
          .takes = puts ? Content{kJsonType, "ElasticThing"} : Content{},
          .gives = {kJsonType, puts ? std::string_view("Acknowledged") : std::string_view("ElasticThing")}};
}

constexpr std::string_view kIsThere = "For Beats and Logstash: it is there.";
constexpr std::string_view kIsTaken = "For Beats and Logstash: acknowledged, and not kept.";

}  // namespace

bool wants_elastic_banner(const http::Request& request) {
  constexpr std::array<std::string_view, 3> kOfBrowsers{"text/html", "text/*", "*/*"};
  const std::string_view accept = request.header("accept");
  return std::ranges::none_of(kOfBrowsers, [accept](std::string_view type) { return accept.find(type) != std::string_view::npos; });
}

base::Status send_elastic_banner(Call& call) {
  call.response.add_header("X-Elastic-Product", "Elasticsearch");
  return call.send_json(kElasticBanner);
}

extern constexpr Endpoint kElasticLicense = elastic("GET", "/_license", "For Beats and Logstash: a basic license.", answer_license);
extern constexpr Endpoint kElasticHealth =
    elastic("GET", "/_cluster/health", "For Beats and Logstash: whether records are taken.", answer_cluster_health);
extern constexpr Endpoint kPolicyGet = elastic("GET", "/_ilm/policy/{name}", kIsThere, answer_named_thing);
extern constexpr Endpoint kPolicyPut = elastic("PUT", "/_ilm/policy/{name}", kIsTaken, answer_put);
extern constexpr Endpoint kIndexTemplateGet = elastic("GET", "/_index_template/{name}", kIsThere, answer_named_thing);
extern constexpr Endpoint kIndexTemplatePut = elastic("PUT", "/_index_template/{name}", kIsTaken, answer_put);
extern constexpr Endpoint kComponentTemplateGet = elastic("GET", "/_component_template/{name}", kIsThere, answer_named_thing);
extern constexpr Endpoint kComponentTemplatePut = elastic("PUT", "/_component_template/{name}", kIsTaken, answer_put);
extern constexpr Endpoint kOldTemplateGet = elastic("GET", "/_template/{name}", kIsThere, answer_named_thing);
extern constexpr Endpoint kOldTemplatePut = elastic("PUT", "/_template/{name}", kIsTaken, answer_put);
extern constexpr Endpoint kDataStreamGet = elastic("GET", "/_data_stream/{name}", kIsThere, answer_named_thing);
extern constexpr Endpoint kDataStreamPut = elastic("PUT", "/_data_stream/{name}", kIsTaken, answer_put);
extern constexpr Endpoint kIngestPipelineGet = elastic("GET", "/_ingest/pipeline/{name}", kIsThere, answer_named_thing);
extern constexpr Endpoint kIngestPipelinePut = elastic("PUT", "/_ingest/pipeline/{name}", kIsTaken, answer_put);

}  // namespace logmill::logserve
