// POST /logs/ingest
#include <array>

#include "logserve/api/endpoint.h"
#include "logserve/ingest/ingest_body.h"
#include "logserve/ingest/record_intake.h"
#include "text/json_writer.h"

namespace logmill::logserve {
namespace {

std::string answer_of(const RecordIntake& intake, std::size_t records) {
  const bool one = records == 1 && intake.accepted() == 1;
  std::string json = "{\"status\":";
  json += intake.accepted() > 0 || records == 0 ? "\"ACCEPTED\"" : intake.dropped() > 0 ? "\"DROPPED\"" : "\"REJECTED\"";
  if (one) json += ",\"log_id\":\"" + intake.ids().front() + "\"";
  json += ",\"accepted\":" + std::to_string(intake.accepted()) + ",\"repeated\":" + std::to_string(intake.repeated()) +
          ",\"rejected\":" + std::to_string(intake.rejected());
  if (intake.dropped() > 0) json += ",\"dropped\":" + std::to_string(intake.dropped());
  if (!one && !intake.ids().empty()) {
    json += ",\"log_ids\":[";
    for (const std::string& id : intake.ids())
      json.append(&id == &intake.ids().front() ? "" : ",").append(id.empty() ? "null" : "\"" + id + "\"");
    json += ']';
  }
  if (!intake.rejects().empty()) {
    json += ",\"rejects\":[";
    for (const RecordIntake::Reject& reject : intake.rejects()) {
      json += (&reject == &intake.rejects().front() ? "{\"index\":" : ",{\"index\":") + std::to_string(reject.index) + ",\"reason\":";
      text::append_json_string(json, reject.reason);
      json += '}';
    }
    json += ']';
  }
  return json + "}";
}

base::Status answer_ingest(Call& call) {
  std::string unpacked;
  LOGMILL_ASSIGN_OR_RETURN(const std::string_view body, decompress_body(call.request.body, call.request.header("content-encoding"),
                                                                        call.service.options().body_bytes_max, unpacked));
  const std::vector<std::string_view> records = split_body(body);
  RecordIntake intake(call, call.request.header("idempotency-key"), body);
  for (std::size_t i = 0; i < records.size(); ++i) LOGMILL_RETURN_IF_ERROR(intake.take(records[i], i));
  LOGMILL_RETURN_IF_ERROR(intake.hand_over());
  return call.send_json(answer_of(intake, records.size()), intake.accepted() + intake.dropped() > 0 || records.empty() ? 200 : 400);
}

constexpr std::array<OtherAnswer, 1> kOfIngest{{{400, "nothing was taken", {kJsonType, "IngestRefusal"}}}};

}  // namespace

extern constexpr Endpoint kIngest{
    .method = "POST",
    .path = "/logs/ingest",
    .summary = "Takes records: one JSON object, an array, or one on each line; gzip or zstd. Answers when they are committed.",
    .scope = Scope::write,
    .answer = answer_ingest,
    .takes = {kJsonType, "Records"},
    .takes_too = {"application/x-ndjson", "Text"},
    .gives = {kJsonType, "IngestAnswer"},
    .others = kOfIngest};

}  // namespace logmill::logserve
