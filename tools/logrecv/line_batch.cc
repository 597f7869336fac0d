#include "logrecv/line_batch.h"

#include "record/fields.h"

namespace logmill::logrecv {
namespace {

constexpr std::string_view kPeer = "peer";

}  // namespace

LineBatch::LineBatch(Intake& intake) : intake_(intake), row_(batch_) {}

base::Status LineBatch::add(std::string_view line, bool cut, std::string_view peer) {
  using record::Value;
  std::string_view text = batch_.own(line);
  row_.add_row();
  if (!cut && text.starts_with('{')) {
    auto read = objects_.read(text, row_);
    if (!read && read.error().code == base::ErrorCode::too_large) {
      // Into an empty batch it fits.
      batch_.drop_last_row();
      LOGMILL_RETURN_IF_ERROR(hand_over());
      text = batch_.own(line);
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
  auto taken = intake_.take_lines(batch_);
  batch_.clear();
  row_.reset();
  return taken;
}

}  // namespace logmill::logrecv
