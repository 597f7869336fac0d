#include "query/store_scan.h"

#include <algorithm>
#include <limits>
#include <string>

#include "query/block_table.h"
#include "query/time_merge.h"

namespace logmill::query {
namespace {

constexpr base::TimeNs kForEver = std::numeric_limits<base::TimeNs>::max();

// Takes the rows that come out of a query's stages and holds the latest of them.
class NewestRows : public Stage {
 public:
  explicit NewestRows(std::size_t wanted) : wanted_(wanted) {}

  void start_block(std::size_t sequence) { sequence_ = sequence; }

  base::Status push(const Rows& rows) override {
    LOGMILL_ASSIGN_OR_RETURN(const auto times, rows.table.times());
    std::vector<std::uint32_t> latest(rows.selected.begin(), rows.selected.end());
    std::ranges::stable_sort(latest, {}, [&times](std::uint32_t row) { return times[row]; });
    if (latest.size() > wanted_)
      latest.erase(latest.begin(), latest.end() - static_cast<std::ptrdiff_t>(wanted_));
    LOGMILL_RETURN_IF_ERROR(held_.add({rows.table, latest}, sequence_));
    held_.keep_latest(wanted_);
    return {};
  }
  base::Status finish() override { return {}; }
  bool satisfied() const override { return wanted_ == 0; }

  // No row up to `time` can be among them any more.
  bool beyond(base::TimeNs time) const {
    return held_.size() >= wanted_ && held_.earliest() > time;
  }
  base::Status release(Stage& last) {
    return held_.release(kForEver, [&last](const Rows& rows) { return last.push(rows); });
  }

 private:
  std::size_t wanted_;
  std::size_t sequence_ = 0;
  TimeMerge held_;
};

}  // namespace

ScanCounts& ScanCounts::operator+=(const ScanCounts& other) {
  segments += other.segments;
  blocks += other.blocks;
  blocks_outside_time += other.blocks_outside_time;
  blocks_ruled_out += other.blocks_ruled_out;
  blocks_not_needed += other.blocks_not_needed;
  blocks_read += other.blocks_read;
  bytes_read += other.bytes_read;
  blocks_damaged += other.blocks_damaged;
  rows_seen += other.rows_seen;
  rows_matched += other.rows_matched;
  return *this;
}

void StoreScan::add(store::SegmentReader& segment) {
  const store::RowSpan all{0, std::numeric_limits<std::uint64_t>::max()};
  add(segment, {&all, 1});
}

void StoreScan::add(store::SegmentReader& segment, std::span<const store::RowSpan> rows) {
  ++counts_.segments;
  std::uint64_t end = 0;
  for (std::size_t index = 0; index < segment.blocks().size(); ++index) {
    const store::BlockInfo& info = segment.blocks()[index];
    const std::uint64_t begin = end;
    end += info.rows;
    while (!rows.empty() && rows.front().last <= begin) rows = rows.subspan(1);
    if (rows.empty() || rows.front().first >= end || !worth_reading(segment, index)) continue;
    for (const store::RowSpan& span : rows) {
      if (span.first >= end) break;
      const auto first = static_cast<std::uint32_t>(std::max(span.first, begin) - begin);
      const auto last = static_cast<std::uint32_t>(std::min(span.last, end) - begin);
      if (first < last) blocks_.push_back({&segment, index, first, last, blocks_.size(), info});
    }
  }
}

bool StoreScan::worth_reading(const store::SegmentReader& segment, std::size_t index) {
  const store::BlockInfo& info = segment.blocks()[index];
  const TimeBounds& bounds = query_.filter().bounds();
  ++counts_.blocks;
  if (info.time_max < bounds.min || info.time_min > bounds.max)
    ++counts_.blocks_outside_time;
  else if (pruner_ && !pruner_->may_match(segment, index))
    ++counts_.blocks_ruled_out;
  else
    return true;
  return false;
}

base::Status StoreScan::run(Pipeline& pipeline) {
  const base::Status status =
      query_.order_matters() ? in_time_order(pipeline) : in_any_order(pipeline);
  take_counts(pipeline);
  blocks_.clear();
  return status;
}

base::Status StoreScan::run_newest(std::uint64_t wanted, Stage& last) {
  NewestRows newest(wanted);
  Pipeline pipeline(query_, newest);
  std::ranges::stable_sort(blocks_, std::ranges::greater{},
                           [](const Block& block) { return block.info.time_max; });
  for (std::size_t i = 0; i < blocks_.size() && !stop_.requested(); ++i) {
    if (newest.beyond(blocks_[i].info.time_max)) {
      counts_.blocks_not_needed += blocks_.size() - i;
      break;
    }
    newest.start_block(blocks_[i].sequence);
    LOGMILL_RETURN_IF_ERROR(
        read(blocks_[i], pipeline, [&](const Rows& rows) { return pipeline.push_selected(rows); }));
  }
  take_counts(pipeline);
  blocks_.clear();
  return newest.release(last);
}

template <class Use>
base::Status StoreScan::read(const Block& block, Pipeline& pipeline, Use use) {
  auto reader = block.segment->read_block(block.index);
  if (!reader) return tolerate(reader.error()) ? base::Status{} : std::move(reader).error();
  ++counts_.blocks_read;
  counts_.bytes_read += block.info.bytes;
  note_names(**reader);
  BlockTable table(**reader);
  base::Status status = pipeline.select(table, selected_);
  if (status) {
    selected_.erase(std::ranges::lower_bound(selected_, block.last), selected_.end());
    selected_.erase(selected_.begin(), std::ranges::lower_bound(selected_, block.first));
    if (hidden_) status = hidden_->remove(block.segment->info(), table, selected_);
    if (status && !selected_.empty()) status = use(Rows{table, selected_});
  }
  if (!status && tolerate(status.error())) return {};
  return status;
}

base::Status StoreScan::in_any_order(Pipeline& pipeline) {
  for (const Block& block : blocks_) {
    if (stop_.requested() || pipeline.satisfied()) break;
    LOGMILL_RETURN_IF_ERROR(
        read(block, pipeline, [&](const Rows& rows) { return pipeline.push_selected(rows); }));
  }
  return {};
}

base::Status StoreScan::in_time_order(Pipeline& pipeline) {
  const auto push = [&pipeline](const Rows& rows) {
    return pipeline.satisfied() ? base::Status{} : pipeline.push_selected(rows);
  };
  std::ranges::stable_sort(blocks_, {}, [](const Block& block) { return block.info.time_min; });
  TimeMerge held;
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    if (stop_.requested() || pipeline.satisfied()) {
      counts_.blocks_not_needed += blocks_.size() - i;
      return {};
    }
    LOGMILL_RETURN_IF_ERROR(held.release(blocks_[i].info.time_min, push));
    LOGMILL_RETURN_IF_ERROR(read(blocks_[i], pipeline, [&](const Rows& rows) {
      return held.add(rows, blocks_[i].sequence);
    }));
  }
  return held.release(kForEver, push);
}

bool StoreScan::tolerate(const base::Error& error) {
  if (error.code != base::ErrorCode::corrupt) return false;
  ++counts_.blocks_damaged;
  reporter_.warn("damaged_block", error.what + ", left out");
  return true;
}

void StoreScan::note_names(const store::BlockReader& block) {
  for (const std::string& name : block.column_names())
    if (std::ranges::find(field_names_, name) == field_names_.end()) field_names_.push_back(name);
}

void StoreScan::take_counts(const Pipeline& pipeline) {
  counts_.rows_seen += pipeline.rows_seen();
  counts_.rows_matched += pipeline.rows_matched();
}

}  // namespace logmill::query
