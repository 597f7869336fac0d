// POST /logs/ingest
#include <array>

#include "base/hash.h"
#include "logserve/endpoint.h"
#include "logserve/ingest_body.h"
#include "record/json_object.h"
#include "text/json_writer.h"

namespace logmill::logserve {
namespace {

constexpr std::size_t kIdsMax = 1'000;      // more are not listed
constexpr std::size_t kRejectsMax = 1'000;  // more are only counted

struct Reject {
  std::size_t index;
  std::string reason;
};

std::string hex(const record::StreamId& id) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : id) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

// A batch at a time: what is too much for one is in the next.
class Intake {
 public:
  Intake(Call& call, std::string_view key) : call_(call), key_(key) {}

  base::Status take(std::string_view record, std::size_t index) {
    if (batch_.full()) LOGMILL_RETURN_IF_ERROR(hand_over());
    row_.add_row();
    auto read = reader_.read(batch_.own_with_padding(record), row_);
    if (!read && read.error().code == base::ErrorCode::too_large && batch_.rows() > 1) {
      batch_.drop_last_row();
      LOGMILL_RETURN_IF_ERROR(hand_over());
      row_.add_row();
      read = reader_.read(batch_.own_with_padding(record), row_);
    }
    if (read) return {};
    batch_.drop_last_row();
    ++rejected_;
    if (rejects_.size() < kRejectsMax) rejects_.push_back({index, read.error().what});
    return {};
  }

  base::Status hand_over() {
    const std::size_t rows = batch_.rows();
    if (rows > 0) {
      // Whoever sends the same again has the same stream: what is known of it is dropped.
      if (!key_.empty()) name_range(rows);
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

  std::string answer(std::size_t records) const {
    const bool one = records == 1 && accepted_ == 1;
    std::string json = accepted_ > 0 || records == 0 ? "{\"status\":\"ACCEPTED\"" : "{\"status\":\"REJECTED\"";
    if (one) json += ",\"log_id\":\"" + ids_.front() + "\"";
    json += ",\"accepted\":" + std::to_string(accepted_) + ",\"repeated\":" + std::to_string(repeated_) +
            ",\"rejected\":" + std::to_string(rejected_);
    if (!one && !ids_.empty()) {
      json += ",\"log_ids\":[";
      for (const std::string& id : ids_) json += (&id == &ids_.front() ? "\"" : ",\"") + id + "\"";
      json += ']';
    }
    if (!rejects_.empty()) {
      json += ",\"rejects\":[";
      for (const Reject& reject : rejects_) {
        json += (&reject == &rejects_.front() ? "{\"index\":" : ",{\"index\":") + std::to_string(reject.index) + ",\"reason\":";
        text::append_json_string(json, reject.reason);
        json += '}';
      }
      json += ']';
    }
    return json + "}";
  }
  bool accepted_any() const { return accepted_ > 0; }

 private:
  void name_range(std::size_t rows) {
    batch_.range() = {base::xxh3_128("idempotency-key " + std::string(call_.grant.name) + " " + key_), 0, accepted_, accepted_ + rows};
    batch_.positions().clear();
    for (std::size_t i = 0; i < rows; ++i) batch_.positions().push_back(static_cast<std::uint32_t>(i));
  }

  Call& call_;
  const std::string key_;
  record::JsonObjectReader reader_;
  record::Batch batch_;
  record::RowWriter row_{batch_};
  std::uint64_t accepted_ = 0, repeated_ = 0, rejected_ = 0;
  std::vector<std::string> ids_;
  std::vector<Reject> rejects_;
};

base::Status answer_ingest(Call& call) {
  LOGMILL_ASSIGN_OR_RETURN(const std::string body, decompress_body(call.request.body, call.request.header("content-encoding"),
                                                                   call.service.options().body_bytes_max));
  const std::vector<std::string_view> records = split_body(body);
  Intake intake(call, call.request.header("idempotency-key"));
  for (std::size_t i = 0; i < records.size(); ++i) LOGMILL_RETURN_IF_ERROR(intake.take(records[i], i));
  LOGMILL_RETURN_IF_ERROR(intake.hand_over());
  return call.send_json(intake.answer(records.size()), intake.accepted_any() || records.empty() ? 200 : 400);
}

}  // namespace

extern constexpr Endpoint kIngest{
    .method = "POST",
    .path = "/logs/ingest",
    .summary = "Takes records: one JSON object, an array, or one on each line; gzip or zstd. Answers when they are committed.",
    .scope = Scope::write,
    .answer = answer_ingest};

}  // namespace logmill::logserve
