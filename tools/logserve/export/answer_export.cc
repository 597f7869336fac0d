// POST /logs/export: all that matches, as a file that is made while it is sent, now or when it is fetched, or as one that is made here;
// GET, DELETE /logs/export/{id}; GET /logs/export/{id}/file.
#include <algorithm>

#include "logserve/api/body_object.h"
#include "logserve/api/endpoint.h"
#include "logserve/export/export_jobs.h"
#include "logserve/export/export_text.h"
#include "logserve/search/query_of.h"
#include "text/json_text.h"

namespace logmill::logserve {
namespace {

base::Error no_such_job(const Call& call) { return {base::ErrorCode::not_found, call.part + ": no export of yours"}; }

std::string json_of(const ExportJob& job, const ExportJobs& jobs) {
  text::JsonText json;
  json.text("job_id", job.id).text("status", export_state_name(job.state)).text("query", job.query).text("format", job.format);
  json.text("destination", job.destination);
  if (job.is_download()) json.text("download", "/logs/export/" + job.id + "/file");
  json.time("created", job.created);
  json.integer("records", static_cast<std::int64_t>(job.records)).integer("bytes", static_cast<std::int64_t>(job.bytes));
  const double progress = job.state == ExportJob::State::done ? 1 : job.state == ExportJob::State::running ? jobs.progress(job.id) : 0;
  json.integer("percent", static_cast<std::int64_t>(100 * progress));
  if (job.partial) json.raw("partial", "true");
  if (!job.error.empty()) json.text("error", job.error);
  return json.end();
}

base::Status send_job(Call& call, const ExportJob& job, unsigned status) {
  return call.send_json(json_of(job, call.service.exports()), status);
}

base::Status add_job(Call& call, const query::Query& query, const ExportFormat& format, std::string destination) {
  ExportJob job;
  job.owner = call.grant.name;
  job.filter = call.grant.filter;
  job.query = query.text();
  job.format = format.name;
  job.destination = std::move(destination);
  LOGMILL_ASSIGN_OR_RETURN(const ExportJob added, call.service.exports().add(std::move(job)));
  return send_job(call, added, 202);
}

base::Status begin_file(Call& call, const ExportFormat& format) {
  call.response.add_header("Content-Disposition", "attachment; filename=\"logs." + std::string(format.printer) + "\"");
  return call.response.begin(200, format.type);
}

// As long as the client takes it. `fetch` may be null.
base::Status send_file(Call& call, const query::Query& query, const ExportFormat& format, ExportJobs::Fetch* fetch) {
  Asker asker = asker_of(call, kNoTimeLimit);
  if (fetch) asker.gone = [gone = std::move(asker.gone), fetch] { return fetch->run().cancelled || gone(); };
  LOGMILL_ASSIGN_OR_RETURN(const auto search, StoreSearch::open(asker, query));
  if (fetch) {
    fetch->run().passes = format.passes();
    search->show_progress(fetch->run().progress);
  }
  LOGMILL_ASSIGN_OR_RETURN(auto columns, export_columns(*search, query, format));
  LOGMILL_RETURN_IF_ERROR(begin_file(call, format));
  ExportText file(format, std::move(columns), [&call, fetch](std::string_view piece) -> base::Status {
    LOGMILL_RETURN_IF_ERROR(call.response.write(piece));
    if (fetch) fetch->run().bytes += piece.size();
    return {};
  });
  LOGMILL_RETURN_IF_ERROR(search->run(query, file));
  // What is not whole must not look whole: the connection breaks off.
  if (search->partial()) {
    if (fetch && !search->cut_short()) fetch->fail("something in the store is damaged: it broke off");
    return {};
  }
  if (fetch) LOGMILL_RETURN_IF_ERROR(fetch->finish(file.rows()));
  auto ended = call.response.end();
  if (!ended && fetch) fetch->fail("it broke off at its end; it may be fetched again");
  return ended;
}

base::Status answer_export(Call& call) {
  LOGMILL_ASSIGN_OR_RETURN(const BodyObject body, BodyObject::parse(call.request.body));
  LOGMILL_ASSIGN_OR_RETURN(const ExportFormat* const format, find_export_format(body.text("format")));
  const std::string text = body.text("query");
  auto query = query::Query::parse(text.empty() ? "*" : text, context_of(call));
  if (!query) return std::move(query).error().with_context("query");
  std::string destination = body.text("destination");
  if (destination.empty()) return send_file(call, *query, *format, nullptr);
  return add_job(call, *query, *format, std::move(destination));
}

base::Status answer_export_list(Call& call) {
  const ExportJobs& jobs = call.service.exports();
  return call.send_json(
      "{\"exports\":" +
      text::json_list(call.service.exports().list(call.grant), [&jobs](const ExportJob& job) { return json_of(job, jobs); }) + "}");
}

base::Status answer_export_state(Call& call) {
  const auto job = call.service.exports().find(call.grant, call.part);
  return job ? send_job(call, *job, 200) : no_such_job(call);
}

// Who asks only what it would be neither makes it nor changes how far it is.
base::Status answer_export_head(Call& call) {
  const auto job = call.service.exports().find(call.grant, call.part);
  if (!job || !job->is_download() || job->state == ExportJob::State::cancelled) return no_such_job(call);
  LOGMILL_ASSIGN_OR_RETURN(const ExportFormat* const format, find_export_format(job->format));
  LOGMILL_RETURN_IF_ERROR(begin_file(call, *format));
  return call.response.end();
}

base::Status answer_export_fetch(Call& call) {
  if (call.request.method == "HEAD") return answer_export_head(call);
  LOGMILL_ASSIGN_OR_RETURN(const auto fetch, call.service.exports().fetch(call.grant, call.part));
  const ExportJob& job = fetch->job();
  LOGMILL_ASSIGN_OR_RETURN(const ExportFormat* const format, find_export_format(job.format));
  LOGMILL_ASSIGN_OR_RETURN(const query::Query query, query::Query::parse(job.query, {.now = job.created, .utc = true}));
  auto sent = send_file(call, query, *format, fetch.get());
  if (!sent && !call.response.begun()) fetch->fail(sent.error().what);
  return sent;
}

base::Status answer_export_cancel(Call& call) {
  LOGMILL_ASSIGN_OR_RETURN(const auto job, call.service.exports().cancel(call.grant, call.part));
  return job ? send_job(call, *job, 200) : no_such_job(call);
}

constexpr OtherAnswer kAsCsv{200, "done", {"text/csv", "Text"}}, kAsJson{200, "done", {kJsonType, "JsonList"}};
constexpr std::array<OtherAnswer, 3> kOfExport{
    {kAsCsv, kAsJson, {202, "it has a destination: it is made from now on", {kJsonType, "ExportJob"}}}};
constexpr std::array<OtherAnswer, 2> kOfExportFile{{kAsCsv, kAsJson}};

}  // namespace

extern constexpr Endpoint kExport{.method = "POST",
                                  .path = "/logs/export",
                                  .summary =
                                      "All that matches {\"query\", \"format\": NDJSON, JSON or CSV, \"destination\": a path below "
                                      "--export-dir, or \"download\"}; without "
                                      "a destination the answer is the file.",
                                  .scope = Scope::read,
                                  .answer = answer_export,
                                  .takes = {kJsonType, "ExportRequest"},
                                  .gives = {"application/x-ndjson", "Text"},
                                  .others = kOfExport};
extern constexpr Endpoint kExportList{.method = "GET",
                                      .path = "/logs/export",
                                      .summary = "The exports that this token asked for.",
                                      .scope = Scope::read,
                                      .answer = answer_export_list,
                                      .gives = {kJsonType, "ExportJobs"}};
extern constexpr Endpoint kExportState{.method = "GET",
                                       .path = "/logs/export/{id}",
                                       .summary = "How far an export is.",
                                       .scope = Scope::read,
                                       .answer = answer_export_state,
                                       .gives = {kJsonType, "ExportJob"}};
extern constexpr Endpoint kExportFetch{.method = "GET",
                                       .path = "/logs/export/{id}/file",
                                       .summary = "What was asked for as a download.",
                                       .scope = Scope::read,
                                       .answer = answer_export_fetch,
                                       .gives = {"application/x-ndjson", "Text"},
                                       .others = kOfExportFile};
extern constexpr Endpoint kExportCancel{.method = "DELETE",
                                        .path = "/logs/export/{id}",
                                        .summary = "Ends an export that is not done; its file does not appear.",
                                        .scope = Scope::read,
                                        .answer = answer_export_cancel,
                                        .gives = {kJsonType, "ExportJob"}};

}  // namespace logmill::logserve
