// POST /logs/delete, GET /logs/delete: the right to be forgotten, as `logstore delete` has it.
#include "logserve/api/body_object.h"
#include "logserve/api/endpoint.h"
#include "maintain/purge.h"
#include "store/tombstone.h"

namespace logmill::logserve {
namespace {

// Whoever sees only a part deletes only of that.
std::string within_grant(const std::string& filter, const Grant& grant) {
  return grant.filter.empty() ? filter : "(" + filter + ") AND (" + grant.filter + ")";
}

base::Status answer_delete(Call& call) {
  cli::Io& io = call.service.io();
  LOGMILL_ASSIGN_OR_RETURN(const BodyObject body, BodyObject::parse(call.request.body));
  const std::string filter = body.text("filter");
  // A name that was misspelt must not delete everything; "*" does.
  if (filter.empty()) return base::Error{base::ErrorCode::invalid, "filter: what is to be deleted?"};
  // By itself first: what is put between parentheses must be whole.
  if (auto whole = maintain::parse_deletion_filter(filter, io.clock.now()); !whole) return std::move(whole).error().with_context("filter");
  auto request = maintain::deletion_request(within_grant(filter, call.grant), {"since", body.text("since")}, {"until", body.text("until")},
                                            io.clock.now());
  if (!request) return std::move(request).error();
  if (body.text("dry_run") == "true") {
    LOGMILL_ASSIGN_OR_RETURN(const auto slot, call.service.take_query_slot());
    std::uint64_t records = 0;
    for (const ServedStore& store : call.service.stores()) {
      LOGMILL_ASSIGN_OR_RETURN(const auto counters, maintain::Purge::count(io.files, store.dir, *request, io.reporter));
      records += counters.records;
    }
    return call.send_json("{\"status\":\"DRY_RUN\",\"records\":" + std::to_string(records) + "}");
  }
  // All are hidden before any is removed. If one cannot be written the answer is a failure: asked again, what was deleted is not there.
  std::string ids;
  for (const ServedStore& store : call.service.stores()) {
    LOGMILL_ASSIGN_OR_RETURN(const store::Tombstone written, store::write_tombstone(io.files, store.dir, *request));
    ids += (ids.empty() ? "\"" : ",\"") + written.id + "\"";
  }
  for (ServedStore& store : call.service.stores()) store.carry_out_deletions();
  const std::string id = ids.substr(0, ids.find(','));
  return call.send_json("{\"status\":\"ACCEPTED\",\"id\":" + id + ",\"ids\":[" + ids + "]}", 202);
}

base::Status answer_deletions(Call& call) {
  std::string ids;
  for (const ServedStore& store : call.service.stores()) {
    LOGMILL_ASSIGN_OR_RETURN(const auto waiting, store::list_tombstones(call.service.io().files, store.dir));
    for (const store::Tombstone& one : waiting) ids += (ids.empty() ? "\"" : ",\"") + one.id + "\"";
  }
  return call.send_json("{\"pending\":[" + ids + "]}");
}

constexpr std::array<OtherAnswer, 1> kOfDelete{{{200, "dry_run: nothing was done", {kJsonType, "DeleteAnswer"}}}};

}  // namespace

extern constexpr Endpoint kDelete{.method = "POST",
                                  .path = "/logs/delete",
                                  .summary =
                                      "Forgets what matches {\"filter\", \"since\", \"until\", \"dry_run\"}: hidden when this "
                                      "is answered, and removed from every file soon.",
                                  .scope = Scope::remove,
                                  .answer = answer_delete,
                                  .takes = {kJsonType, "DeleteRequest"},
                                  .gives = {kJsonType, "DeleteAnswer"},
                                  .status = 202,
                                  .others = kOfDelete};
extern constexpr Endpoint kDeletions{.method = "GET",
                                     .path = "/logs/delete",
                                     .summary = "Requests to delete whose records are hidden, but not gone from every file.",
                                     .scope = Scope::remove,
                                     .answer = answer_deletions,
                                     .gives = {kJsonType, "Deletions"}};

}  // namespace logmill::logserve
