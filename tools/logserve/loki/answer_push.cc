// POST /loki/api/v1/push: lines, as Promtail, Alloy, Fluent Bit, Vector and others send them to Loki, in protobuf or JSON.
#include <array>

#include "codec/snappy_block.h"
#include "logserve/api/endpoint.h"
#include "logserve/ingest/ingest_body.h"
#include "logserve/ingest/record_intake.h"
#include "logserve/loki/loki_push_body.h"

namespace logmill::logserve {
namespace {

constexpr std::array<FieldAlias, 1> kLokiNames{{{"service_name", "service"}}};
// Labels are written once, and stored with every line.
constexpr std::uint64_t kGrowthMax = 8;

// grafana/loki, pkg/loghttp/push/push.go: protobuf is always in a block of snappy, whether Content-Encoding says so or nothing, or what is
// around that.
base::Result<std::string_view> body_of(const Call& call, bool is_protobuf, std::string& unpacked) {
  const std::uint64_t bytes_max = call.service.options().body_bytes_max;
  const std::string_view encoding = call.request.header("content-encoding");
  LOGMILL_ASSIGN_OR_RETURN(const std::string_view body,
                           decompress_body(call.request.body, encoding == "snappy" ? "" : encoding, bytes_max, unpacked));
  if (!is_protobuf && encoding != "snappy") return body;
  auto message = codec::inflate_snappy(body, bytes_max);
  if (!message) return std::move(message).error().with_context("the body");
  unpacked = *std::move(message);
  return std::string_view(unpacked);
}

base::Status answer_push(Call& call) {
  const bool is_protobuf = call.request.header("content-type").find("protobuf") != std::string_view::npos;
  std::string unpacked;
  LOGMILL_ASSIGN_OR_RETURN(const std::string_view body, body_of(call, is_protobuf, unpacked));
  const std::uint64_t bytes_max = kGrowthMax * call.service.options().body_bytes_max;
  const auto each_record = is_protobuf ? each_record_of_push_request : each_pushed_record;
  // First whether all of it is of the right form, then what is in it: half a request is not taken.
  std::size_t lines = 0;
  const auto count = [&lines](std::string_view) { return ++lines, base::Status(); };
  LOGMILL_RETURN_IF_ERROR(each_record(body, bytes_max, count));
  RecordIntake intake(call, call.request.header("idempotency-key"), {}, kLokiNames);
  std::size_t line = 0;
  const auto take = [&](std::string_view record) { return intake.take(record, line++); };
  LOGMILL_RETURN_IF_ERROR(each_record(body, bytes_max, take));
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
                                    .summary = "Takes lines as Loki does, in JSON or protobuf. Answers when they are committed.",
                                    .scope = Scope::write,
                                    .answer = answer_push,
                                    .dialect = Dialect::loki,
                                    .takes = {kJsonType, "LokiPush"},
                                    .takes_too = {"application/x-protobuf", "Text"},
                                    .status = 204};

}  // namespace logmill::logserve
