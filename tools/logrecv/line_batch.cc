#include "logrecv/line_batch.h"

#include "record/fields.h"
#include "sys/entropy.h"

namespace logmill::logrecv {
namespace {

constexpr std::string_view kPeer = "peer";

}  // namespace

LineBatch::LineBatch(Intake& intake) : intake_(intake), row_(batch_), stream_(sys::random_id()) {}

base::Status LineBatch::add(std::string_view line, bool cut, std::string_view peer) {
  using record::Value;
  std::string_view text = batch_.own_with_padding(line);
  row_.add_row();
  if (!cut && text.starts_with('{')) {
    auto read = objects_.read(text, row_);
    if (!read && read.error().code == base::ErrorCode::too_large) {
      // Into an empty batch it fits.
      batch_.drop_last_row();
      LOGMILL_RETURN_IF_ERROR(hand_over());
      text = batch_.own_with_padding(line);
      row_.add_row();
      read = objects_.read(text, row_);
    }
    if (!read) {
      batch_.drop_last_row();
      row_.reset();
      row_.add_row();
      row_.set(record::kRaw, Value::string(text));
      row_.set(record::kParseError, Value::string(batch_.own(read.error().what)));
    }
  } else {
    row_.set(record::kRaw, Value::string(text));
  }
  if (cut) row_.set(record::kCut, Value::boolean(true));
  if (!peer.empty()) row_.set(kPeer, Value::string(batch_.own(peer)));
  return batch_.full() ? hand_over() : base::Status{};
}

base::Status LineBatch::hand_over() {
  if (batch_.empty()) return {};
  intake_.parse_lines(batch_);
  const std::uint64_t rows = batch_.rows();
  batch_.range() = {stream_, 0, position_, position_ + rows};
  for (std::uint64_t i = 0; i < rows; ++i) batch_.positions().push_back(static_cast<std::uint32_t>(i));
  position_ += rows;
  auto taken = intake_.take(batch_);
  batch_.clear();
  row_.reset();
  return taken ? base::Status{} : std::move(taken).error();
}

}  // namespace logmill::logrecv
