#include "logserve/ingest/record_intake.h"

#include "base/hash.h"
#include "record/log_id.h"

namespace logmill::logserve {
namespace {

std::string log_id(const record::Range& range, std::uint64_t position) {
  std::string text(record::kLogIdBytes, ' ');
  record::write_log_id(text.data(), range.stream, range.epoch, position);
  return text;
}

}  // namespace

RecordIntake::RecordIntake(Call& call, std::string_view key, std::span<const FieldAlias> aliases)
    : call_(call), key_(key), aliases_(aliases) {}

base::Status RecordIntake::take(std::string_view record, std::size_t index) {
  if (batch_.full()) LOGMILL_RETURN_IF_ERROR(hand_over());
  row_.add_row();
  auto read = reader_.read(batch_.own(record), row_);
  if (!read && read.error().code == base::ErrorCode::too_large && batch_.rows() > 1) {
    batch_.drop_last_row();
    LOGMILL_RETURN_IF_ERROR(hand_over());
    row_.add_row();
    read = reader_.read(batch_.own(record), row_);
  }
  last_reason_ = read ? std::string() : read.error().what;
  if (read) return {};
  batch_.drop_last_row();
  ++rejected_;
  if (rejects_.size() < kRejectsMax) rejects_.push_back({index, last_reason_});
  return {};
}

base::Status RecordIntake::hand_over() {
  const std::size_t rows = batch_.rows();
  if (rows > 0) {
    // Whoever sends the same again has the same stream: what is known of it is dropped.
    if (!key_.empty()) name_range(rows);
    apply_aliases();
    LOGMILL_ASSIGN_OR_RETURN(const Ingester::Taken taken, call_.service.ingester().take(batch_));
    repeated_ += taken.repeated;
    epoch_ = batch_.range().epoch;
    note(taken.keep, rows);
  }
  batch_.clear();
  row_.reset();
  return {};
}

void RecordIntake::note(const std::vector<std::uint8_t>& keep, std::size_t rows) {
  std::uint64_t position = batch_.range().from;
  for (std::size_t row = 0; row < rows; ++row) {
    const bool kept = keep.empty() || keep[row] != 0;
    kept_.push_back(kept);
    if (ids_.size() < kIdsMax) ids_.push_back(kept ? log_id(batch_.range(), position) : std::string());
    position += kept;
    accepted_ += kept;
  }
}

void RecordIntake::name_range(std::size_t rows) {
  batch_.range() = {base::xxh3_128("idempotency-key " + std::string(call_.grant.name) + " " + key_), epoch_, accepted_, accepted_ + rows};
  batch_.positions().clear();
  for (std::size_t i = 0; i < rows; ++i) batch_.positions().push_back(static_cast<std::uint32_t>(i));
}

void RecordIntake::apply_aliases() {
  for (const FieldAlias& alias : aliases_) {
    if (batch_.find(alias.theirs) == nullptr) continue;
    const std::size_t ours = batch_.column_index(alias.ours);
    record::Column& theirs = *batch_.find(alias.theirs);
    for (std::size_t row = 0; row < theirs.values.size(); ++row)
      if (theirs.values[row].present() && !batch_.columns()[ours].at(row).present())
        batch_.set(ours, row, std::exchange(theirs.values[row], {}));
  }
}

}  // namespace logmill::logserve
