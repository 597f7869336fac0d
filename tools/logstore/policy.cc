// Options of maintenance, put together into what common/maintain works by.
#include "logstore/logstore.h"
#include "maintain/keep_rules.h"
#include "sys/current_folder.h"
#include "sys/user_id.h"
#include "text/units.h"

namespace logmill::logstore {
namespace {

base::Error invalid(const std::string& what) { return {base::ErrorCode::invalid, what}; }

// "10%" or "5GiB".
base::Status read_keep_free(const std::string& text, maintain::RetentionPolicy& keep) {
  if (text.empty()) return {};
  if (!text.ends_with('%')) {
    const auto bytes = text::parse_size(text);
    if (!bytes) return invalid("--keep-free: " + bytes.error().what);
    keep.keep_free_bytes = *bytes;
    return {};
  }
  const auto percent = text::parse_count(text.substr(0, text.size() - 1));
  if (!percent || *percent == 0 || *percent > 99) return invalid("--keep-free: '" + text + "': expected 1% to 99%, or a size");
  keep.keep_free_percent = static_cast<unsigned>(*percent);
  return {};
}

}  // namespace

base::Result<maintain::MaintenancePolicy> maintenance_policy(const Options& options) {
  maintain::MaintenancePolicy policy = options.maintenance;
  LOGMILL_RETURN_IF_ERROR(read_keep_free(options.keep_free, policy.retention));
  for (const std::string& text : options.keep_rules) {
    auto rule = maintain::parse_keep_rule(text);
    if (!rule) return std::move(rule).error().with_context("--keep");
    policy.retention.rules.push_back(*std::move(rule));
  }
  if ((policy.cold.after_ns > 0) != !policy.cold.folder.empty()) return invalid("--cold-after and --cold-dir: one needs the other");
  if (!policy.cold.folder.empty()) {
    // The store keeps it, and is asked from other folders.
    LOGMILL_ASSIGN_OR_RETURN(policy.cold.folder, sys::from_root(policy.cold.folder));
  }
  policy.compaction.enabled = options.compaction == OnOff::on;
  policy.compaction.rows_max = options.writer.seal_rows;
  policy.compaction.bytes_max = options.writer.seal_bytes;
  policy.zstd_level = options.writer.zstd_level;
  policy.join_bytes = join_bytes(options);
  policy.user = sys::user_id();
  return policy;
}

}  // namespace logmill::logstore
