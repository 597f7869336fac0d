// The records that are sent: invented ones, each with the number by which it is found again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "generate/event_row.h"
#include "generate/generator.h"
#include "record/batch.h"

namespace logmill::logload {

// Fields of each record: which run, which connection, which number on it (from 0).
inline constexpr std::string_view kRunField = "load_run";
inline constexpr std::string_view kLaneField = "load_lane";
inline constexpr std::string_view kNumberField = "load_seq";

// Puts events into a batch. All lanes of a run share one.
class NumberedRecords {
 public:
  // `world` must outlive the batches; `run` too.
  NumberedRecords(const generate::World& world, std::string_view run) : rows_(world, generate::Sequence::left_out), run_(run) {}

  // `batch` is empty; its records are those of `lane` from `number` on, of the stream `stream`.
  void begin(record::Batch& batch, const record::StreamId& stream, std::size_t lane, std::uint64_t number) {
    batch.clear();
    batch.range() = {.stream = stream, .epoch = 0, .from = number, .to = number};
    rows_.begin(batch);
    run_column_ = batch.column_index(kRunField);
    lane_column_ = batch.column_index(kLaneField);
    number_column_ = batch.column_index(kNumberField);
    lane_ = static_cast<std::int64_t>(lane);
    batch_ = &batch;
  }

  void add(const generate::Event& event) {
    rows_.add(event);
    record::Range& range = batch_->range();
    const std::size_t row = batch_->rows() - 1;
    batch_->set(run_column_, row, record::Value::string(run_));
    batch_->set(lane_column_, row, record::Value::integer(lane_));
    batch_->set(number_column_, row, record::Value::integer(static_cast<std::int64_t>(range.to)));
    batch_->positions().push_back(static_cast<std::uint32_t>(range.to - range.from));
    ++range.to;
  }

 private:
  generate::EventRows rows_;
  std::string_view run_;
  record::Batch* batch_ = nullptr;
  std::int64_t lane_ = 0;
  std::size_t run_column_ = 0, lane_column_ = 0, number_column_ = 0;
};

}  // namespace logmill::logload
