#include "logserve/export/export_job.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "logserve/api/body_object.h"
#include "text/json_text.h"

namespace logmill::logserve {
namespace {

constexpr std::array<std::pair<ExportJob::State, std::string_view>, 6> kStates{{{ExportJob::State::queued, "QUEUED"},
                                                                                {ExportJob::State::running, "RUNNING"},
                                                                                {ExportJob::State::finishing, "FINISHING"},
                                                                                {ExportJob::State::done, "DONE"},
                                                                                {ExportJob::State::failed, "FAILED"},
                                                                                {ExportJob::State::cancelled, "CANCELLED"}}};

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
  text::JsonText json;
  json.text("id", job.id).text("owner", job.owner).text("filter", job.filter).text("query", job.query).text("format", job.format);
  json.text("destination", job.destination).integer("created", job.created).text("state", export_state_name(job.state));
  json.integer("records", static_cast<std::int64_t>(job.records)).integer("bytes", static_cast<std::int64_t>(job.bytes));
  return json.text("partial", job.partial ? "yes" : "no").text("error", job.error).end() + "\n";
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
