#include "maintain/audit_log.h"

#include "store/store_layout.h"
#include "text/json_writer.h"

namespace logmill::maintain {
namespace {

void append_key(std::string& line, std::string_view key) {
  line += line.empty() ? '{' : ',';
  text::append_json_string(line, key);
  line += ':';
}

void append_number(std::string& line, std::string_view key, std::uint64_t value) {
  append_key(line, key);
  text::append_integer(line, static_cast<std::int64_t>(value));
}

void append_text(std::string& line, std::string_view key, std::string_view value) {
  append_key(line, key);
  text::append_json_string(line, value);
}

void append_time(std::string& line, std::string_view key, base::TimeNs time) {
  append_key(line, key);
  line += '"';
  text::append_time_utc(line, time);
  line += '"';
}

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
  std::string line;
  append_time(line, "timestamp", record.time);
  append_text(line, "action", "delete");
  append_text(line, "request", record.request);
  append_time(line, "requested", record.requested);
  append_number(line, "uid", record.user);
  append_text(line, "filter", record.filter);
  if (record.since != INT64_MIN) append_time(line, "since", record.since);
  if (record.until != INT64_MAX) append_time(line, "until", record.until);
  append_number(line, "records", record.records);
  append_number(line, "segments_rewritten", record.segments_rewritten);
  append_number(line, "segments_removed", record.segments_removed);
  append_number(line, "damaged_files_removed", record.damaged_files_removed);
  append_number(line, "bytes_before", record.bytes_before);
  append_number(line, "bytes_after", record.bytes_after);
  append_key(line, "complete");
  line += record.complete ? "true}\n" : "false}\n";
  LOGMILL_ASSIGN_OR_RETURN(const auto file, fs.open(sys::join(store, store::kAuditName), sys::OpenMode::append));
  LOGMILL_RETURN_IF_ERROR(file->append(line));
  LOGMILL_RETURN_IF_ERROR(file->sync());
  return fs.sync_directory(store);
}

}  // namespace logmill::maintain
