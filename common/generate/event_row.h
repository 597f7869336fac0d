// Events as records: fills batches.
#pragma once

#include "generate/event.h"
#include "generate/world.h"
#include "record/batch.h"

namespace logmill::generate {

enum class Sequence : bool { left_out, field };

// Adds one event after another to a batch as records with the fields timestamp, level, service,
// host, trace_id, message, duration_ms, of requests also status, user_id, method and path, and
// `seq` if wanted.
class EventRows {
 public:
  // `world` must outlive the batches that were filled: they point to its names.
  EventRows(const World& world, Sequence sequence) : world_(world), sequence_(sequence) {}

  // To be called for an empty batch, and again when it was cleared.
  void begin(record::Batch& batch);
  void add(const Event& event);

 private:
  const World& world_;
  Sequence sequence_;
  record::Batch* batch_ = nullptr;
  struct Columns {
    std::size_t service, host, trace_id, message, duration_ms, status, user_id, method, path, seq;
  } columns_{};
};

}  // namespace logmill::generate
