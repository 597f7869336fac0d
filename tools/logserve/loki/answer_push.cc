// POST /loki/api/v1/push: lines, as Fluent Bit, Vector and others send them to Loki in JSON.
#include <array>

#include "logserve/api/endpoint.h"
#include "logserve/ingest/ingest_body.h"
#include "logserve/ingest/record_intake.h"
#include "logserve/loki/loki_push_body.h"

namespace logmill::logserve {
namespace {

constexpr std::array<FieldAlias, 1> kLokiNames{{{"service_name", "service"}}};
// Labels are written once, and stored with every line.
constexpr std::uint64_t kGrowthMax = 8;

base::Status answer_push(Call& call) {
  if (call.request.header("content-type").find("protobuf") != std::string_view::npos)
    return call.response.send(415, "text/plain; charset=utf-8",
                              "protobuf is not understood here: send JSON (Content-Type: application/json)\n");
  const std::uint64_t body_bytes_max = call.service.options().body_bytes_max;
  LOGMILL_ASSIGN_OR_RETURN(const std::string body,
                           decompress_body(call.request.body, call.request.header("content-encoding"), body_bytes_max));
  // First whether all of it is of the right form, then what is in it: half a request is not taken.
  std::size_t lines = 0;
  const auto count = [&lines](std::string_view) { return ++lines, base::Status(); };
  LOGMILL_RETURN_IF_ERROR(each_pushed_record(body, kGrowthMax * body_bytes_max, count));
  RecordIntake intake(call, call.request.header("idempotency-key"), kLokiNames);
  std::size_t line = 0;
  const auto take = [&](std::string_view record) { return intake.take(record, line++); };
  LOGMILL_RETURN_IF_ERROR(each_pushed_record(body, kGrowthMax * body_bytes_max, take));
  LOGMILL_RETURN_IF_ERROR(intake.hand_over());
  if (intake.rejected() > 0)
    return base::Error{base::ErrorCode::invalid, std::to_string(intake.rejected()) + " of " + std::to_string(lines) +
                                                     " lines were not taken; line " + std::to_string(intake.rejects().front().index + 1) +
                                                     ": " + intake.rejects().front().reason};
  return call.response.send(204, "", "");
}

}  // namespace

extern constexpr Endpoint kLokiPush{.method = "POST",
                                    .path = "/loki/api/v1/push",
                                    .summary = "Takes lines as Loki does, in JSON. Answers when they are committed.",
                                    .scope = Scope::write,
                                    .answer = answer_push,
                                    .dialect = Dialect::loki,
                                    .takes = {kJsonType, "LokiPush"},
                                    .status = 204};

}  // namespace logmill::logserve
