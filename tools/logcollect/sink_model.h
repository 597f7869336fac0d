// The sink rule of docs/formats/delivery.md on a vector of lines: what a store does with ranges, in
// a test.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "record/batch.h"
#include "record/fields.h"
#include "store/reader.h"

namespace logmill::logcollect {

class SinkModel {
 public:
  // False if a range leaves a gap: a store would refuse it.
  bool take(const record::Batch& batch) {
    const record::Range& range = batch.range();
    store::Frontier& held = frontiers_[range.stream];
    held.stream = range.stream;
    if (range.epoch > held.epoch || held.position == 0) {
      held.epoch = range.epoch;
      held.position = range.from;
    }
    if (range.epoch < held.epoch || range.to <= held.position) return true;
    if (range.from > held.position) return false;
    for (std::size_t row = 0; row < batch.rows(); ++row)
      if (range.from + batch.positions()[row] >= held.position) add(batch, row);
    held.position = range.to;
    return true;
  }

  std::vector<store::Frontier> frontiers() const {
    std::vector<store::Frontier> all;
    for (const auto& [stream, frontier] : frontiers_) all.push_back(frontier);
    return all;
  }

  std::vector<std::string> lines;
  std::vector<std::string> files;  // that the lines say they come from
  std::vector<std::int64_t> gap_bytes;
  std::size_t cut = 0;

 private:
  void add(const record::Batch& batch, std::size_t row) {
    if (batch.get("gap_to", row).present()) {
      gap_bytes.push_back(batch.get("gap_to", row).integer() - batch.get("gap_from", row).integer());
      return;
    }
    lines.emplace_back(batch.get(record::kRaw, row).text());
    files.emplace_back(batch.get(record::kFile, row).text());
    if (batch.get("cut", row).present()) ++cut;
  }
  std::map<record::StreamId, store::Frontier> frontiers_;
};

}  // namespace logmill::logcollect
