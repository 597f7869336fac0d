#include "logserve/operate/api_schemas.h"

#include <array>

namespace logmill::logserve {
namespace {

#define REF(name) R"({"$ref":"#/components/schemas/)" name R"("})"
#define LIST(items) R"({"type":"array","items":)" items "}"
#define TEXT R"({"type":"string"})"
#define COUNT R"({"type":"integer","minimum":0})"
#define PARTIAL R"("partial":{"type":"boolean","description":"Not all was looked at."})"

constexpr std::array kApiSchemas{
    ApiSchema{"Text", TEXT},
    ApiSchema{
        "Record",
        R"({"type":"object","description":"Any fields; these have a meaning.","properties":{"timestamp":{"type":["string","number"]},)"
        R"("level":{"type":["string","number","null"]},"service":{},"host":{},"trace_id":{},"message":{}}})"},
    ApiSchema{"Records", R"({"description":"One, a list, or one on each line (application/x-ndjson).","anyOf":[)" REF("Record") "," LIST(
                             REF("Record")) "]}"},
    ApiSchema{"Error", R"({"type":"object","required":["error"],"properties":{"error":{"type":"object","required":["code","message"],)"
                       R"("properties":{"code":)" TEXT R"(,"message":)" TEXT "}}}}"},
    ApiSchema{
        "IngestAnswer",
        R"({"type":"object","required":["status","accepted","repeated","rejected"],"properties":{"status":{"enum":["ACCEPTED","REJECTED","DROPPED"]},)"
        R"("log_id":)" TEXT R"(,"log_ids":)" LIST(
            R"({"type":["string","null"]})") R"(,"accepted":)" COUNT R"(,"repeated":)" COUNT R"(,"rejected":)" COUNT R"(,"dropped":)" COUNT
                                             R"(,"rejects":{"type":"array","items":{"type":"object","required":["index","reason"],"properties":{"index":)" COUNT
                                             R"(,"reason":)" TEXT "}}}}}"},
    ApiSchema{"IngestRefusal",
              R"({"description":"No record was good, or the body could not be read.","anyOf":[)" REF("IngestAnswer") "," REF("Error") "]}"},
    ApiSchema{"SearchAnswer", R"({"type":"object","required":["logs"],"properties":{"logs":)" LIST(
                                  REF("Record")) R"(,"total":)" COUNT R"(,"next_page_token":)" TEXT "," PARTIAL "}}"},
    ApiSchema{"Rows",
              R"({"type":"object","required":["rows"],"properties":{"rows":{"type":"array","items":{"type":"object"}},)" PARTIAL "}}"},
    ApiSchema{"Fields", R"({"type":"object","required":["fields"],"properties":{"fields":{"type":"array","items":{"type":"object",)"
                        R"("required":["field","count"],"properties":{"field":)" TEXT R"(,"count":)" COUNT "}}}," PARTIAL "}}"},
    ApiSchema{"JsonList", R"({"type":"array","items":{"type":"object"}})"},
    ApiSchema{"ExportRequest", R"({"type":"object","required":["query"],"properties":{"query":)" TEXT
                               R"(,"format":{"enum":["CSV","JSON","NDJSON"]},"destination":)" TEXT "}}"},
    ApiSchema{"ExportJob", R"({"type":"object","required":)"
                           R"(["job_id","status","format","destination","records","bytes","percent"],"properties":{"job_id":)" TEXT
                           R"(,"status":{"enum":["QUEUED","RUNNING","FINISHING","DONE","FAILED","CANCELLED"]},"query":)" TEXT
                           R"(,"format":{"enum":["CSV","JSON","NDJSON"]},"destination":)" TEXT R"(,"download":)" TEXT R"(,"created":)" TEXT
                           R"(,"records":)" COUNT R"(,"bytes":)" COUNT R"(,"percent":)" COUNT R"(,"error":)" TEXT "," PARTIAL "}}"},
    ApiSchema{"ExportJobs", R"({"type":"object","required":["exports"],"properties":{"exports":)" LIST(REF("ExportJob")) "}}"},
    ApiSchema{"DeleteRequest", R"({"type":"object","required":["filter"],"properties":{"filter":)" TEXT R"(,"since":)" TEXT
                               R"(,"until":)" TEXT R"(,"dry_run":{"type":"boolean"}}})"},
    ApiSchema{"DeleteAnswer", R"({"type":"object","required":["status"],"properties":{"status":{"enum":["ACCEPTED","DRY_RUN"]},"id":)" TEXT
                              R"(,"ids":)" LIST(TEXT) R"(,"records":)" COUNT "}}"},
    ApiSchema{"Deletions", R"({"type":"object","required":["pending"],"properties":{"pending":)" LIST(TEXT) "}}"},
    ApiSchema{"Alerts", R"({"type":"object","required":["alerts","silences","history"],"properties":{"alerts":{"type":"array","items":)"
                        R"({"type":"object"}},"silences":{"type":"array","items":{"type":"object"}},"history":{"type":"array","items":)"
                        R"({"type":"object","required":["rule","was","became"]}}}})"},
    ApiSchema{"OpenApi", R"({"type":"object","required":["openapi","info","paths","components"]})"},

    ApiSchema{"LokiAnswer",
              R"({"type":"object","required":["status","data"],"properties":{"status":{"enum":["success"]},"data":{"type":"object",)"
              R"("required":["resultType","result"],"properties":{"resultType":{"enum":["streams","matrix","vector","scalar"]},)"
              R"("encodingFlags":)" LIST(TEXT) R"(,"result":{"type":"array"},"stats":{"type":"object"}}},"warnings":)" LIST(TEXT) "}}"},
    ApiSchema{"LokiTexts", R"({"type":"object","required":["status","data"],"properties":{"status":{"enum":["success"]},"data":)" LIST(
                               TEXT) R"(,"warnings":)" LIST(TEXT) "}}"},
    ApiSchema{"LokiSeries", R"({"type":"object","required":["status","data"],"properties":{"status":{"enum":["success"]},"data":)"
                            R"({"type":"array","items":{"type":"object","additionalProperties":)" TEXT R"(}},"warnings":)" LIST(TEXT) "}}"},
    ApiSchema{"LokiStats", R"({"type":"object","required":["streams","chunks","entries","bytes"],"properties":{"streams":)" COUNT
                           R"(,"chunks":)" COUNT R"(,"entries":)" COUNT R"(,"bytes":)" COUNT "}}"},
    ApiSchema{"LokiText", R"({"type":"object","required":["status","data"],"properties":{"status":{"enum":["success"]},"data":)" TEXT "}}"},
    ApiSchema{"LokiFields",
              R"({"type":"object","required":["fields","limit"],"properties":{"fields":{"type":"array","items":{"type":)"
              R"("object","required":["label","type","cardinality","parsers"],"properties":{"label":)" TEXT
              R"(,"type":{"enum":["string","int","float","boolean","duration","bytes"]},"cardinality":)" COUNT
              R"(,"parsers":{"type":["array","null"],"items":)" TEXT R"(},"jsonPath":)" LIST(TEXT) R"(}}},"limit":)" COUNT "}}"},
    ApiSchema{"LokiFieldValues",
              R"({"type":"object","required":["values","limit"],"properties":{"values":)" LIST(TEXT) R"(,"limit":)" COUNT "}}"},
    ApiSchema{"LokiDetectedLabels",
              R"({"type":"object","required":["detectedLabels"],"properties":{"detectedLabels":{"type":"array","items":)"
              R"({"type":"object","required":["label","cardinality"],"properties":{"label":)" TEXT R"(,"cardinality":)" COUNT "}}}}}"},
    ApiSchema{"LokiPatterns", R"({"type":"object","required":["status","data"],"properties":{"status":{"enum":["success"]},"data":{"type":)"
                              R"("array","items":{"type":"object","required":["pattern","samples"],"properties":{"pattern":)" TEXT
                              R"(,"samples":{"type":"array","items":{"type":"array","minItems":2,"maxItems":2,"items":)" COUNT
                              R"(}}}}},"warnings":)" LIST(TEXT) "}}"},
    ApiSchema{"LokiBuildinfo", R"({"type":"object","required":["version","revision","branch"],"additionalProperties":)" TEXT "}"},
    ApiSchema{"LokiForm", R"({"type":"object","description":"The parameters, as a form.","additionalProperties":)" TEXT "}"},
    ApiSchema{"LokiPush", R"({"type":"object","required":["streams"],"properties":{"streams":{"type":"array","items":{"type":"object",)"
                          R"("required":["values"],"properties":{"stream":{"type":"object"},"values":{"type":"array","items":)"
                          R"({"type":"array","minItems":2,"maxItems":3}}}}}}})"},

    ApiSchema{"ElasticError", R"({"type":"object","required":["error","status"],"properties":{"error":{"type":"object",)"
                              R"("required":["type","reason","root_cause"],"properties":{"type":)" TEXT R"(,"reason":)" TEXT
                              R"(,"root_cause":{"type":"array","items":{"type":"object"}}}},"status":)" COUNT "}}"},
    ApiSchema{"BulkBody", R"({"type":"string","description":"Lines of JSON: an action, and the document that it is about."})"},
    ApiSchema{"BulkAnswer", R"({"type":"object","required":["took","errors","items"],"properties":{"took":)" COUNT
                            R"(,"errors":{"type":"boolean"},"items":{"type":"array","items":{"type":"object","additionalProperties":)"
                            R"({"type":"object","required":["status"],"properties":{"_index":)" TEXT R"(,"_id":)" TEXT
                            R"(,"_version":)" COUNT R"(,"result":)" TEXT R"(,"status":)" COUNT R"(,"error":{"type":"object",)"
                            R"("required":["type","reason"],"properties":{"type":)" TEXT R"(,"reason":)" TEXT "}}}}}}}}"},
    ApiSchema{"ElasticThing", R"({"type":"object","description":"As Elasticsearch shows it."})"},
    ApiSchema{"Acknowledged", R"({"type":"object","required":["acknowledged"],"properties":{"acknowledged":{"type":"boolean"}}})"},
};

#undef REF
#undef LIST
#undef TEXT
#undef COUNT
#undef PARTIAL

}  // namespace

std::span<const ApiSchema> api_schemas() { return kApiSchemas; }

}  // namespace logmill::logserve
