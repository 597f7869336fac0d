#include "logserve/record_intake.h"

#include "base/hash.h"

namespace logmill::logserve {
namespace {

std::string hex(const record::StreamId& id) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : id) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace

RecordIntake::RecordIntake(Call& call, std::string_view key, std::span<const FieldAlias> aliases)
    : call_(call), key_(key), aliases_(aliases) {}

base::Status RecordIntake::take(std::string_view record, std::size_t index) {
  if (batch_.full()) LOGMILL_RETURN_IF_ERROR(hand_over());
  row_.add_row();
  auto read = reader_.read(batch_.own_with_padding(record), row_);
  if (!read && read.error().code == base::ErrorCode::too_large && batch_.rows() > 1) {
    batch_.drop_last_row();
    LOGMILL_RETURN_IF_ERROR(hand_over());
    row_.add_row();
    read = reader_.read(batch_.own_with_padding(record), row_);
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
    LOGMILL_ASSIGN_OR_RETURN(const std::uint64_t repeated, call_.service.ingester().take(batch_));
    repeated_ += repeated;
    const record::Range& range = batch_.range();
    for (std::size_t i = 0; i < rows && ids_.size() < kIdsMax; ++i)
      ids_.push_back(hex(range.stream) + "-" + std::to_string(range.to - rows + i));
    accepted_ += rows;
  }
  batch_.clear();
  row_.reset();
  return {};
}

void RecordIntake::name_range(std::size_t rows) {
  batch_.range() = {base::xxh3_128("idempotency-key " + std::string(call_.grant.name) + " " + key_), 0, accepted_, accepted_ + rows};
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
