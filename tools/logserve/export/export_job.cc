#include "logserve/export/export_job.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "logserve/api/body_object.h"
#include "text/json_writer.h"

namespace logmill::logserve {
namespace {

constexpr std::array<std::pair<ExportJob::State, std::string_view>, 6> kStates{{{ExportJob::State::queued, "QUEUED"},
                                                                                {ExportJob::State::running, "RUNNING"},
                                                                                {ExportJob::State::finishing, "FINISHING"},
                                                                                {ExportJob::State::done, "DONE"},
                                                                                {ExportJob::State::failed, "FAILED"},
                                                                                {ExportJob::State::cancelled, "CANCELLED"}}};

void append_member(std::string& json, std::string_view name, std::string_view value) {
  json += json.empty() ? "{" : ",";
  text::append_json_string(json, name);
  json += ':';
  text::append_json_string(json, value);
}

void append_member(std::string& json, std::string_view name, std::int64_t value) {
  json += ',';
  text::append_json_string(json, name);
  json += ':' + std::to_string(value);
}

template <class Number>
bool read_number(const BodyObject& object, std::string_view name, Number& number) {
  const std::string text = object.text(name);
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
}

}  // namespace

std::string_view export_state_name(ExportJob::State state) {
  return std::ranges::find(kStates, state, &std::pair<ExportJob::State, std::string_view>::first)->second;
}

std::string format_export_job(const ExportJob& job) {
  std::string json;
  append_member(json, "id", job.id);
  append_member(json, "owner", job.owner);
  append_member(json, "filter", job.filter);
  append_member(json, "query", job.query);
  append_member(json, "format", job.format);
  append_member(json, "destination", job.destination);
  append_member(json, "created", job.created);
  append_member(json, "state", export_state_name(job.state));
  append_member(json, "records", static_cast<std::int64_t>(job.records));
  append_member(json, "bytes", static_cast<std::int64_t>(job.bytes));
  append_member(json, "partial", job.partial ? "yes" : "no");
  append_member(json, "error", job.error);
  return json + "}\n";
}

base::Result<ExportJob> parse_export_job(std::string_view json) {
  LOGMILL_ASSIGN_OR_RETURN(const BodyObject object, BodyObject::parse(json));
  ExportJob job;
  job.id = object.text("id");
  job.owner = object.text("owner");
  job.filter = object.text("filter");
  job.query = object.text("query");
  job.format = object.text("format");
  job.destination = object.text("destination");
  job.partial = object.text("partial") == "yes";
  job.error = object.text("error");
  const auto state = std::ranges::find(kStates, object.text("state"), &std::pair<ExportJob::State, std::string_view>::second);
  const bool good = state != kStates.end() && !job.id.empty() && read_number(object, "created", job.created) &&
                    read_number(object, "records", job.records) && read_number(object, "bytes", job.bytes);
  if (!good) return base::Error{base::ErrorCode::invalid, "is no job of an export"};
  job.state = state->first;
  return job;
}

}  // namespace logmill::logserve
