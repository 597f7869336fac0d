#include "logserve/ingest/record_intake.h"

#include <algorithm>

#include "base/hash.h"
#include "record/log_id.h"
#include "record/stamp_times.h"

namespace logmill::logserve {
namespace {

std::string log_id(const record::Range& range, std::uint64_t position) {
  std::string text(record::kLogIdBytes, ' ');
  record::write_log_id(text.data(), range.stream, range.epoch, position);
  return text;
}

}  // namespace

RecordIntake::RecordIntake(Call& call, std::string_view key, std::string_view body, std::span<const FieldAlias> aliases)
    : call_(call), key_(key), body_(body), aliases_(aliases) {}

// Where the batch has it: in the body, if that goes on far enough for who looks at the bytes behind a text.
std::string_view RecordIntake::placed(std::string_view record) {
  const char* const end = record.data() + record.size();
  const bool stays = record.data() >= body_.data() && end + record::TextBuffer::kPadding <= body_.data() + body_.size();
  if (!stays) return batch_.own(record);
  record::TextBuffer& text = batch_.text();
  const char* const begin = text.size() > 0 ? text.view().data() : record.data();
  text.refer_to({begin, static_cast<std::size_t>(end - begin)});
  return record;
}

base::Status RecordIntake::take(std::string_view record, std::size_t index) {
  if (batch_.full()) LOGMILL_RETURN_IF_ERROR(hand_over());
  row_.add_row();
  auto read = reader_.read(placed(record), row_);
  if (!read && read.error().code == base::ErrorCode::too_large && batch_.rows() > 1) {
    batch_.drop_last_row();
    LOGMILL_RETURN_IF_ERROR(hand_over());
    row_.add_row();
    read = reader_.read(placed(record), row_);
  }
  last_reason_ = read ? std::string() : read.error().what;
  if (read) {
    indices_.push_back(index);
    return {};
  }
  batch_.drop_last_row();
  reject(index, last_reason_);
  return {};
}

void RecordIntake::reject(std::size_t index, std::string reason) {
  ++rejected_;
  if (rejects_.size() < kRejectsMax) rejects_.push_back({index, std::move(reason)});
}

base::Status RecordIntake::hand_over() {
  if (batch_.rows() > 0) {
    apply_aliases();
    LOGMILL_RETURN_IF_ERROR(apply_filter());
    std::vector<std::uint8_t> keep;
    if (const std::size_t rows = batch_.rows(); rows > 0) {
      // Whoever sends the same again has the same stream: what is known of it is dropped.
      if (!key_.empty()) name_range(rows);
      LOGMILL_ASSIGN_OR_RETURN(Ingester::Taken taken, call_.service.ingester().take(batch_));
      repeated_ += taken.repeated;
      epoch_ = batch_.range().epoch;
      keep = std::move(taken.keep);
    }
    note(keep);
  }
  batch_.clear();
  row_.reset();
  indices_.clear();
  return {};
}

base::Status RecordIntake::apply_filter() {
  if (call_.grant.filter.empty()) return {};
  const base::TimeNs now = call_.service.io().clock.now();
  if (!filter_) {
    LOGMILL_ASSIGN_OR_RETURN(query::Filter filter, query::Filter::parse(call_.grant.filter, {.now = now}));
    filter_.emplace(std::move(filter));
  }
  record::stamp_missing_times(batch_, now);  // a filter may ask for it
  filter_->select(batch_, allowed_);
  if (std::ranges::find(allowed_, 0) != allowed_.end()) batch_.keep_rows(allowed_);
  return {};
}

void RecordIntake::note(const std::vector<std::uint8_t>& keep) {
  std::uint64_t position = batch_.range().from;
  std::size_t taken = 0;
  for (std::size_t row = 0; row < indices_.size(); ++row) {
    if (!allowed_.empty() && allowed_[row] == 0) {
      fates_.push_back(Fate::refused);
      reject(indices_[row], refusal());
      continue;
    }
    const bool kept = keep.empty() || keep[taken] != 0;
    ++taken;
    fates_.push_back(kept ? Fate::stored : Fate::dropped);
    if (ids_.size() < kIdsMax) ids_.push_back(kept ? log_id(batch_.range(), position) : std::string());
    position += kept;
    accepted_ += kept;
    dropped_ += !kept;
  }
  // Those that are no records were noted as they came.
  std::ranges::stable_sort(rejects_, {}, &Reject::index);
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
