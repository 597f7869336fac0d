#include "flat/positions_log.h"

#include <algorithm>

#include "base/hash.h"
#include "flat/judgement.h"

namespace logmill::flat {
namespace {

// Some thousands of commits: an hour at full rate. What is read at a start stays small.
constexpr std::uint64_t kLongBytes = 1 << 20;
constexpr std::uint64_t kLongTimesFirst = 4;

}  // namespace

PositionsLog::PositionsLog(sys::FileSystem& fs, const std::string& path, bool synced)
    : fs_(fs), path_(positions_path(path)), synced_(synced) {}

base::Status PositionsLog::start(std::uint64_t inode, std::uint64_t bytes, const store::FrontierTable& frontiers) {
  const PositionEntry first{.inode = inode, .from = bytes, .to = bytes, .hash = base::xxh3_64({}), .frontiers = frontiers.list()};
  const std::string content = make_positions(first, synced_);
  file_.reset();
  LOGMILL_RETURN_IF_ERROR(fs_.replace_file(path_, content));
  LOGMILL_ASSIGN_OR_RETURN(file_, fs_.open(path_, sys::OpenMode::append));
  bytes_ = content.size();
  long_bytes_ = std::max(kLongBytes, content.size() * kLongTimesFirst);
  torn_ = false;
  return {};
}

base::Status PositionsLog::append(const PositionEntry& entry) {
  if (torn_) LOGMILL_RETURN_IF_ERROR(file_->truncate(bytes_));
  torn_ = true;
  const std::string bytes = make_entry(entry, synced_);
  LOGMILL_RETURN_IF_ERROR(file_->append(bytes));
  if (synced_) LOGMILL_RETURN_IF_ERROR(file_->sync());
  bytes_ += bytes.size();
  torn_ = false;
  return {};
}

}  // namespace logmill::flat
