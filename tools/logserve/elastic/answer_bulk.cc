// POST /_bulk, /{index}/_bulk, /{index}/_doc: as Elasticsearch takes documents, from Beats, Logstash, Fluent Bit, rsyslog and others.
#include <array>
#include <chrono>

#include "base/clock.h"
#include "logserve/api/endpoint.h"
#include "logserve/elastic/bulk_body.h"
#include "logserve/ingest/ingest_body.h"
#include "logserve/ingest/record_intake.h"
#include "text/json_text.h"

namespace logmill::logserve {
namespace {

// Elastic Common Schema; @timestamp, log.level and message are among the names that all readers of JSON know.
constexpr std::array<FieldAlias, 3> kEcsNames{{{"service.name", "service"}, {"host.name", "host"}, {"trace.id", "trace_id"}}};

constexpr unsigned kDropped = 200, kCreated = 201, kBadDocument = 400, kBusy = 429;

struct Outcome {
  unsigned status = kBusy;  // until it is known
  std::string reason;
};

// What became of each: those that could be taken before the store had enough are committed.
class BulkRun {
 public:
  // The items' documents are parts of `body`.
  BulkRun(Call& call, std::string_view body, const std::vector<BulkItem>& items)
      : items_(items), outcomes_(items.size()), intake_(call, call.request.header("idempotency-key"), body, kEcsNames) {}

  // Fails if nothing was taken, for a reason that no document has.
  base::Status run() {
    for (std::size_t i = 0; i < items_.size(); ++i)
      if (auto taken = take(i); !taken) return settle(std::move(taken));
    return settle(intake_.hand_over());
  }
  const std::vector<Outcome>& outcomes() const { return outcomes_; }
  // Of those that were stored.
  const std::vector<std::string>& ids() const { return intake_.ids(); }

 private:
  base::Status take(std::size_t i) {
    if (!items_[i].stores()) {
      outcomes_[i] = {kBadDocument, "records are not changed: " + items_[i].action + " is not done"};
      return {};
    }
    const std::size_t handed_over = intake_.fates().size();
    LOGMILL_RETURN_IF_ERROR(intake_.take(items_[i].document, i));
    // What was taken so far went into the store on the way.
    if (intake_.fates().size() > handed_over) note_committed();
    if (intake_.last_was_good())
      waiting_.push_back(i);
    else
      outcomes_[i] = {kBadDocument, intake_.last_reason()};
    return {};
  }

  // 400 also for what may not be written: what else is refused of a document some clients send for ever.
  Outcome outcome_of(RecordIntake::Fate fate) const {
    if (fate == RecordIntake::Fate::refused) return {kBadDocument, intake_.refusal()};
    return {fate == RecordIntake::Fate::stored ? kCreated : kDropped, {}};
  }

  void note_committed() {
    for (const std::size_t i : waiting_) outcomes_[i] = outcome_of(intake_.fates()[noted_++]);
    waiting_.clear();
  }

  base::Status settle(base::Status handed_over) {
    if (handed_over) note_committed();
    if (!handed_over && (intake_.fates().empty() || handed_over.error().code != base::ErrorCode::again)) return handed_over;
    if (!handed_over)
      for (Outcome& outcome : outcomes_)
        if (outcome.status == kBusy) outcome.reason = handed_over.error().what;
    return {};
  }

  const std::vector<BulkItem>& items_;
  std::vector<Outcome> outcomes_;
  std::vector<std::size_t> waiting_;  // were taken, and are not committed yet
  std::size_t noted_ = 0;             // that are
  RecordIntake intake_;
};

void append_named(std::string& json, std::string_view name, std::string_view text) {
  text::append_json_string(json, name);
  json += ':';
  text::append_json_string(json, text);
  json += ',';
}

void append_item(std::string& json, const BulkItem& item, const Outcome& outcome, std::string_view index, bool brief) {
  json += '{';
  text::append_json_string(json, item.action);
  json += ":{";
  if (!brief) {
    append_named(json, "_index", item.index.empty() ? index : std::string_view(item.index));
    if (!item.id.empty()) append_named(json, "_id", item.id);
    if (outcome.status == kCreated) json += R"("_version":1,"result":"created",)";
    if (outcome.status == kDropped) json += R"("result":"noop",)";
  }
  json += "\"status\":" + std::to_string(outcome.status);
  if (outcome.status >= kBadDocument) {
    json += ",\"error\":{";
    append_named(json, "type", outcome.status == kBusy ? "es_rejected_execution_exception" : "document_parsing_exception");
    json += "\"reason\":";
    text::append_json_string(json, outcome.reason);
    json += '}';
  }
  json += "}}";
}

base::Status answer_bulk(Call& call) {
  const std::int64_t begun_ns = base::system_clock().steady_ns();
  std::string unpacked;
  LOGMILL_ASSIGN_OR_RETURN(const std::string_view body, decompress_body(call.request.body, call.request.header("content-encoding"),
                                                                        call.service.options().body_bytes_max, unpacked));
  LOGMILL_ASSIGN_OR_RETURN(const std::vector<BulkItem> items, parse_bulk(body));
  if (items.empty()) return base::Error{base::ErrorCode::invalid, "no requests added"};
  BulkRun run(call, body, items);
  LOGMILL_RETURN_IF_ERROR(run.run());
  // Beats ask by filter_path for nothing else than status and error.
  const bool brief = call.request.parameter("filter_path").has_value();
  bool errors = false;
  std::string json;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Outcome& outcome = run.outcomes()[i];
    errors = errors || outcome.status >= kBadDocument;
    if (i > 0) json += ',';
    append_item(json, items[i], outcome, call.part, brief);
  }
  const std::int64_t took_ms = (base::system_clock().steady_ns() - begun_ns) / base::kNsPerMs;
  return call.send_json("{\"took\":" + std::to_string(took_ms) + ",\"errors\":" + (errors ? "true" : "false") + ",\"items\":[" + json +
                        "]}");
}

// One document, whose id is that of the record.
base::Status answer_document(Call& call) {
  std::string unpacked;
  LOGMILL_ASSIGN_OR_RETURN(const std::string_view body, decompress_body(call.request.body, call.request.header("content-encoding"),
                                                                        call.service.options().body_bytes_max, unpacked));
  const std::vector<BulkItem> items{{.action = "index", .index = {}, .id = {}, .document = body}};
  BulkRun run(call, body, items);
  LOGMILL_RETURN_IF_ERROR(run.run());
  const Outcome& outcome = run.outcomes().front();
  if (outcome.status >= kBadDocument) return base::Error{base::ErrorCode::invalid, outcome.reason};
  const bool created = outcome.status == kCreated;
  text::JsonText json;
  json.text("_index", call.part).text("_id", run.ids().front()).integer("_version", 1).text("result", created ? "created" : "noop");
  return call.send_json(json.raw("_shards", R"({"total":1,"successful":1,"failed":0})").end(), outcome.status);
}

constexpr std::array<OtherAnswer, 1> kOfDocument{{{200, "there is too much: it was dropped", {kJsonType, "ElasticThing"}}}};

}  // namespace

extern constexpr Endpoint kDocument{.method = "POST",
                                    .path = "/{index}/_doc",
                                    .summary = "Takes one document. Answers when it is committed.",
                                    .scope = Scope::write,
                                    .answer = answer_document,
                                    .dialect = Dialect::elastic,
                                    .takes = {kJsonType, "ElasticThing"},
                                    .gives = {kJsonType, "ElasticThing"},
                                    .status = 201,
                                    .others = kOfDocument};
extern constexpr Endpoint kBulk{
    .method = "POST",
    .path = "/_bulk",
    .summary = "Takes documents as Elasticsearch does: actions create and index. Answers when they are committed.",
    .scope = Scope::write,
    .answer = answer_bulk,
    .dialect = Dialect::elastic,
    .takes = {"application/x-ndjson", "BulkBody"},
    .gives = {kJsonType, "BulkAnswer"}};
extern constexpr Endpoint kBulkOfIndex{.method = "POST",
                                       .path = "/{index}/_bulk",
                                       .summary = "The same, with an index for all; it is not kept.",
                                       .scope = Scope::write,
                                       .answer = answer_bulk,
                                       .dialect = Dialect::elastic,
                                       .takes = {"application/x-ndjson", "BulkBody"},
                                       .gives = {kJsonType, "BulkAnswer"}};

}  // namespace logmill::logserve
