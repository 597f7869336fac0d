#include "generate/event_row.h"

#include "record/fields.h"
#include "text/write_digits.h"

namespace logmill::generate {

namespace {

constexpr std::size_t kTraceIdBytes = 32;
constexpr std::size_t kPathBytesMax = 128;

// Room for at most `size_max` bytes, of which `write(to)`, returning its end, takes what it needs.
template <class Write>
record::Value own_text(record::Batch& batch, std::size_t size_max, Write write) {
  char* const to = batch.arena().allocate(size_max);
  const auto size = static_cast<std::size_t>(write(to) - to);
  batch.arena().give_back(size_max - size);
  return record::Value::string({to, size});
}

}  // namespace

void EventRows::begin(record::Batch& batch) {
  batch_ = &batch;
  columns_ = {.service = batch.column_index(record::kService),
              .host = batch.column_index(record::kHost),
              .trace_id = batch.column_index(record::kTraceId),
              .message = batch.column_index(record::kMessage),
              .duration_ms = batch.column_index("duration_ms"),
              .status = batch.column_index("status"),
              .user_id = batch.column_index("user_id"),
              .method = batch.column_index("method"),
              .path = batch.column_index("path"),
              .seq = batch.column_index("seq")};
}

void EventRows::add(const Event& event) {
  using record::Value;
  record::Batch& batch = *batch_;
  const std::size_t row = batch.add_row();
  batch.times()[row] = event.time;
  batch.levels()[row] = event.level;
  batch.set(columns_.service, row, Value::string(world_.services()[event.service]));
  batch.set(columns_.host, row, Value::string(world_.hosts()[event.host]));
  if ((event.trace_high | event.trace_low) != 0)
    batch.set(columns_.trace_id, row, own_text(batch, kTraceIdBytes, [&](char* to) {
                return text::write_hex_64(text::write_hex_64(to, event.trace_high), event.trace_low);
              }));
  batch.set(columns_.message, row,
            own_text(batch, Message::kBytesMax, [&](char* to) { return event.message->write(event, world_, Quoting::none, to); }));
  batch.set(columns_.duration_ms, row, Value::decimal(event.duration_hundredths_ms, 2));
  if (event.request) {
    batch.set(columns_.status, row, Value::integer(event.status));
    batch.set(columns_.user_id, row, Value::integer(event.user_id));
    batch.set(columns_.method, row, Value::string(routes()[event.route].method));
    batch.set(columns_.path, row, own_text(batch, kPathBytesMax, [&](char* to) { return write_path(event, to); }));
  }
  if (sequence_ == Sequence::field) batch.set(columns_.seq, row, Value::integer(static_cast<std::int64_t>(event.sequence)));
}

}  // namespace logmill::generate
