// POST /logs/export: all that matches, as a file that is made while it is sent, or as one that is made here; GET, DELETE /logs/export/{id}.
#include <algorithm>

#include "logserve/body_object.h"
#include "logserve/endpoint.h"
#include "logserve/export_text.h"
#include "logserve/query_of.h"
#include "text/json_writer.h"

namespace logmill::logserve {
namespace {

constexpr std::string_view kDownload = "download";

base::Result<ExportJobs*> jobs_of(const Call& call) {
  ExportJobs* const jobs = call.service.exports();
  if (jobs == nullptr)
    return base::Error{base::ErrorCode::not_found, "this logserve was started without --export-dir: exports are downloads"};
  return jobs;
}

base::Error no_such_job(const Call& call) { return {base::ErrorCode::not_found, call.part + ": no export of yours"}; }

void append_job(std::string& json, const ExportJob& job, const ExportJobs& jobs) {
  const auto append = [&json](std::string_view name, std::string_view value) {
    json.append(",\"").append(name).append("\":");
    text::append_json_string(json, value);
  };
  json += "{\"job_id\":\"" + job.id + "\"";
  append("status", export_state_name(job.state));
  append("query", job.query);
  append("format", job.format);
  append("destination", job.destination);
  json += ",\"created\":\"";
  text::append_time_utc(json, job.created);
  json += "\",\"records\":" + std::to_string(job.records) + ",\"bytes\":" + std::to_string(job.bytes);
  const double progress = job.state == ExportJob::State::done ? 1 : job.state == ExportJob::State::running ? jobs.progress() : 0;
  json += ",\"percent\":" + std::to_string(static_cast<int>(100 * progress));
  if (job.partial) json += ",\"partial\":true";
  if (!job.error.empty()) append("error", job.error);
  json += '}';
}

base::Status send_job(Call& call, const ExportJob& job, unsigned status) {
  std::string json;
  append_job(json, job, *call.service.exports());
  return call.send_json(json, status);
}

base::Status add_job(Call& call, const query::Query& query, const ExportFormat& format, std::string destination) {
  LOGMILL_ASSIGN_OR_RETURN(ExportJobs* const jobs, jobs_of(call));
  ExportJob job;
  job.owner = call.grant.name;
  job.filter = call.grant.filter;
  job.query = query.text();
  job.format = format.name;
  job.destination = std::move(destination);
  LOGMILL_ASSIGN_OR_RETURN(const ExportJob added, jobs->add(std::move(job)));
  return send_job(call, added, 202);
}

base::Status send_file(Call& call, const query::Query& query, const ExportFormat& format) {
  // As long as the client takes it.
  LOGMILL_ASSIGN_OR_RETURN(const auto search, StoreSearch::open(asker_of(call, kNoTimeLimit), query));
  LOGMILL_ASSIGN_OR_RETURN(auto columns, export_columns(*search, query, format));
  call.response.add_header("Content-Disposition", "attachment; filename=\"logs." + std::string(format.printer) + "\"");
  LOGMILL_RETURN_IF_ERROR(call.response.begin(200, format.type));
  ExportText file(format, std::move(columns), [&call](std::string_view piece) { return call.response.write(piece); });
  LOGMILL_RETURN_IF_ERROR(search->run(query, file));
  // What is not whole must not look whole: the connection breaks off.
  return search->partial() ? base::Status{} : call.response.end();
}

base::Status answer_export(Call& call) {
  LOGMILL_ASSIGN_OR_RETURN(const BodyObject body, BodyObject::parse(call.request.body));
  LOGMILL_ASSIGN_OR_RETURN(const ExportFormat* const format, find_export_format(body.text("format")));
  const std::string text = body.text("query");
  auto query = query::Query::parse(text.empty() ? "*" : text, context_of(call));
  if (!query) return std::move(query).error().with_context("query");
  std::string destination = body.text("destination");
  if (destination.empty() || destination == kDownload) return send_file(call, *query, *format);
  return add_job(call, *query, *format, std::move(destination));
}

base::Status answer_export_list(Call& call) {
  LOGMILL_ASSIGN_OR_RETURN(ExportJobs* const jobs, jobs_of(call));
  std::string json = "{\"exports\":[";
  for (const ExportJob& job : jobs->list(call.grant)) {
    if (json.back() != '[') json += ',';
    append_job(json, job, *jobs);
  }
  return call.send_json(json + "]}");
}

base::Status answer_export_state(Call& call) {
  LOGMILL_ASSIGN_OR_RETURN(ExportJobs* const jobs, jobs_of(call));
  const auto job = jobs->find(call.grant, call.part);
  return job ? send_job(call, *job, 200) : no_such_job(call);
}

base::Status answer_export_cancel(Call& call) {
  LOGMILL_ASSIGN_OR_RETURN(ExportJobs* const jobs, jobs_of(call));
  LOGMILL_ASSIGN_OR_RETURN(const auto job, jobs->cancel(call.grant, call.part));
  return job ? send_job(call, *job, 200) : no_such_job(call);
}

}  // namespace

extern constexpr Endpoint kExport{
    .method = "POST",
    .path = "/logs/export",
    .summary =
        "All that matches {\"query\", \"format\": NDJSON, JSON or CSV, \"destination\": \"download\", or a path below --export-dir}.",
    .scope = Scope::read,
    .answer = answer_export,
    .takes = {kJsonType, "ExportRequest"},
    .gives = {"application/x-ndjson", "Text"}};
extern constexpr Endpoint kExportList{.method = "GET",
                                      .path = "/logs/export",
                                      .summary = "The exports to files that this token asked for.",
                                      .scope = Scope::read,
                                      .answer = answer_export_list,
                                      .gives = {kJsonType, "ExportJobs"}};
extern constexpr Endpoint kExportState{.method = "GET",
                                       .path = "/logs/export/{id}",
                                       .summary = "How far an export is.",
                                       .scope = Scope::read,
                                       .answer = answer_export_state,
                                       .gives = {kJsonType, "ExportJob"}};
extern constexpr Endpoint kExportCancel{.method = "DELETE",
                                        .path = "/logs/export/{id}",
                                        .summary = "Ends an export that is not done; its file does not appear.",
                                        .scope = Scope::read,
                                        .answer = answer_export_cancel,
                                        .gives = {kJsonType, "ExportJob"}};

}  // namespace logmill::logserve
