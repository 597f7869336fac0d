#include "maintain/audit_log.h"

#include "store/store_layout.h"
#include "text/json_text.h"

namespace logmill::maintain {
namespace {

query::Expr masked(query::Expr expr) {
  for (query::Expr& child : expr.children) child = masked(std::move(child));
  for (query::Literal& value : expr.term.values) value = {"?", query::Literal::Form::bare, false};
  return expr;
}

}  // namespace

std::string mask_filter(const query::Expr& filter) {
  std::string text;
  query::append_expr(text, masked(filter));
  return text;
}

base::Status append_audit(sys::FileSystem& fs, const std::string& store, const AuditRecord& record) {
  text::JsonText json;
  json.time("timestamp", record.time).text("action", "delete").text("request", record.request).time("requested", record.requested);
  json.integer("uid", record.user).text("filter", record.filter);
  if (record.since != INT64_MIN) json.time("since", record.since);
  if (record.until != INT64_MAX) json.time("until", record.until);
  const auto number = [&json](std::string_view name, std::uint64_t value) { json.integer(name, static_cast<std::int64_t>(value)); };
  number("records", record.records);
  number("segments_rewritten", record.segments_rewritten);
  number("segments_removed", record.segments_removed);
  number("damaged_files_removed", record.damaged_files_removed);
  number("bytes_before", record.bytes_before);
  number("bytes_after", record.bytes_after);
  const std::string line = json.raw("complete", record.complete ? "true" : "false").end() + "\n";
  LOGMILL_ASSIGN_OR_RETURN(const auto file, fs.open(sys::join(store, store::kAuditName), sys::OpenMode::append));
  LOGMILL_RETURN_IF_ERROR(file->append(line));
  LOGMILL_RETURN_IF_ERROR(file->sync());
  return fs.sync_directory(store);
}

}  // namespace logmill::maintain
