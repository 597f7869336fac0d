#include "logload/verify.h"

#include <algorithm>
#include <limits>

#include "logload/numbered_records.h"
#include "store/reader.h"

namespace logmill::logload {

namespace {

class Ledger {
 public:
  explicit Ledger(const std::vector<LaneTotals>& lanes) {
    for (const LaneTotals& lane : lanes) lanes_.push_back({std::vector<bool>(lane.sent), -1});
  }

  void take(std::int64_t lane, std::int64_t number) {
    if (lane < 0 || static_cast<std::size_t>(lane) >= lanes_.size()) return;
    LaneBook& book = lanes_[static_cast<std::size_t>(lane)];
    if (number < 0 || static_cast<std::size_t>(number) >= book.seen.size()) return;
    const auto index = static_cast<std::size_t>(number);
    if (book.seen[index]) {
      ++verdict_.duplicated;
      return;
    }
    book.seen[index] = true;
    ++verdict_.stored;
    if (number < book.latest) ++verdict_.disordered;
    book.latest = std::max(book.latest, number);
  }

  Verdict close() {
    std::uint64_t sent = 0;
    for (const LaneBook& book : lanes_) sent += book.seen.size();
    verdict_.lost = sent - verdict_.stored;
    return verdict_;
  }

 private:
  struct LaneBook {
    std::vector<bool> seen;  // by number
    std::int64_t latest;
  };
  std::vector<LaneBook> lanes_;
  Verdict verdict_;
};

base::Status read_block(store::BlockReader& block, std::string_view run, Ledger& ledger) {
  LOGMILL_ASSIGN_OR_RETURN(const store::ColumnData* const runs, block.column(kRunField));
  LOGMILL_ASSIGN_OR_RETURN(const store::ColumnData* const lanes, block.column(kLaneField));
  LOGMILL_ASSIGN_OR_RETURN(const store::ColumnData* const numbers, block.column(kNumberField));
  if (!runs || !lanes || !numbers) return {};
  for (std::size_t row = 0; row < block.info().rows; ++row) {
    const record::Value of_run = runs->at(row);
    if (of_run.kind() != record::Kind::string || of_run.text() != run) continue;
    ledger.take(lanes->at(row).integer(), numbers->at(row).integer());
  }
  return {};
}

}  // namespace

base::Result<Verdict> verify_store(sys::FileSystem& fs, const std::string& store, std::string_view run,
                                   const std::vector<LaneTotals>& lanes, base::Reporter& reporter) {
  LOGMILL_ASSIGN_OR_RETURN(const auto paths, store::list_segments(fs, store, std::numeric_limits<base::TimeNs>::min(),
                                                                  std::numeric_limits<base::TimeNs>::max()));
  Ledger ledger(lanes);
  for (const std::string& path : paths) {
    LOGMILL_ASSIGN_OR_RETURN(const auto segment, store::open_segment(fs, path, reporter));
    for (std::size_t i = 0; i < segment->blocks().size(); ++i) {
      LOGMILL_ASSIGN_OR_RETURN(const auto block, segment->read_block(i));
      LOGMILL_RETURN_IF_ERROR(read_block(*block, run, ledger));
    }
  }
  return ledger.close();
}

}  // namespace logmill::logload
