// What was deleted for good, by whom and when: STORE/audit.ndjson, a line each, never rewritten.
//
// It must not keep what was to be forgotten: of a filter it holds the fields and operators, not the
// values.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "query/filter/ast.h"
#include "sys/file_system.h"

namespace logmill::maintain {

struct AuditRecord {
  base::TimeNs time = 0;  // of this line
  base::TimeNs requested = 0;
  std::string request;  // id of the request
  unsigned user = 0;    // who ran the program that removed the records
  std::string filter;   // masked
  base::TimeNs since = INT64_MIN, until = INT64_MAX;
  std::uint64_t records = 0, segments_rewritten = 0, segments_removed = 0, damaged_files_removed = 0;
  std::uint64_t bytes_before = 0, bytes_after = 0;
  bool complete = false;  // nothing that matches is left
};

// "user_id=? AND level>=?"
std::string mask_filter(const query::Expr& filter);

// Durable when it returns.
base::Status append_audit(sys::FileSystem& fs, const std::string& store, const AuditRecord& record);

}  // namespace logmill::maintain
