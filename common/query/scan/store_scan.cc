#include "query/scan/store_scan.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <limits>
#include <list>
#include <map>
#include <string>

#include "query/filter/masked_rows.h"
#include "query/pipeline/held_rows.h"
#include "query/pipeline/time_order.h"
#include "query/scan/counted_field.h"
#include "query/scan/ordered_work.h"
#include "query/table/short_texts.h"
#include "record/fields.h"
#include "store/segment_format.h"

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
    if (latest.size() > wanted_) latest.erase(latest.begin(), latest.end() - static_cast<std::ptrdiff_t>(wanted_));
    LOGMILL_RETURN_IF_ERROR(held_.add({rows.table, latest}, sequence_));
    held_.keep_latest(wanted_);
    return {};
  }
  base::Status finish() override { return {}; }
  bool satisfied() const override { return wanted_ == 0; }

  // No row up to `time` can be among them any more.
  bool beyond(base::TimeNs time) const { return held_.size() >= wanted_ && held_.earliest() > time; }
  base::Status release(Stage& last) {
    return held_.release(kForEver, [&last](const Rows& rows) { return last.push(rows); });
  }

 private:
  std::size_t wanted_;
  std::size_t sequence_ = 0;
  TimeMerge held_;
};

// From `first` up to `last`. Copied out of one table: faster than counting, and nothing is cleared first.
void select_all(std::uint32_t first, std::uint32_t last, std::vector<std::uint32_t>& rows) {
  static const std::vector<std::uint32_t> all = all_rows(store::kBlockRowsMax);
  assert(last <= all.size());
  rows.assign(all.begin() + first, all.begin() + last);
}

// Where shares send what they never finish.
class Nowhere : public Stage {
 public:
  base::Status push(const Rows&) override { return {}; }
  base::Status finish() override { return {}; }
  bool satisfied() const override { return false; }
};

}  // namespace

ScanCounts& ScanCounts::operator+=(const ScanCounts& other) {
  segments += other.segments;
  blocks += other.blocks;
  blocks_outside_time += other.blocks_outside_time;
  blocks_ruled_out += other.blocks_ruled_out;
  blocks_outside_zones += other.blocks_outside_zones;
  blocks_not_needed += other.blocks_not_needed;
  blocks_read += other.blocks_read;
  bytes_read += other.bytes_read;
  blocks_counted += other.blocks_counted;
  blocks_damaged += other.blocks_damaged;
  rows_damaged += other.rows_damaged;
  rows_seen += other.rows_seen;
  rows_matched += other.rows_matched;
  return *this;
}

bool StoreScan::names_log_id(const Query& query) {
  const std::vector<std::string_view> fields = query.fields();
  return std::ranges::find(fields, record::kLogId) != fields.end();
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
      if (first < last) blocks_.push_back({&segment, index, first, last, blocks_.size(), hidden_, info});
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
  LOGMILL_RETURN_IF_ERROR(use_counts(pipeline));
  if (progress_) {
    std::uint64_t rows = 0;
    for (const Block& block : blocks_) rows += block.last - block.first;
    progress_->rows_total = rows;
  }
  base::Status status;
  if (query_.order_matters() && !any_order_)
    status = in_time_order(pipeline);
  else if (threads_ > 1 && query_.merge_point())
    status = in_shares(pipeline);
  else
    status = as_stored(pipeline);
  blocks_.clear();
  std::ranges::sort(field_names_);
  return status;
}

base::Status StoreScan::run_newest(std::uint64_t wanted, Stage& last) {
  NewestRows newest(wanted);
  Pipeline pipeline(query_, newest);
  std::ranges::stable_sort(blocks_, std::ranges::greater{}, [](const Block& block) { return block.info.time_max; });
  LOGMILL_RETURN_IF_ERROR(read_all([&](const Block& block) { return !newest.beyond(block.info.time_max); },
                                   [&](const Block& block, const Rows& rows) {
                                     newest.start_block(block.sequence);
                                     return pipeline.push_selected(rows);
                                   }));
  blocks_.clear();
  return newest.release(last);
}

StoreScan::Found StoreScan::find(const Block& block) const {
  Found found;
  found.was_read = true;
  auto reader = block.segment->read_block(block.index);
  if (!reader) {
    found.status = std::move(reader).error();
    return found;
  }
  found.reader = *std::move(reader);
  found.table = std::make_unique<BlockTable>(*found.reader);
  if (learns_field_names_) {
    found.names = found.reader->column_names();
    if (shows_log_ids_ && found.table->has_log_ids()) found.names.emplace_back(record::kLogId);
  }
  if (log_ids_ && !log_ids_->may_match(*found.reader)) return found;
  found.status = select(block, found);
  found.decoded = found.table->was_decoded() || !found.selected.empty();
  return found;
}

base::Status StoreScan::select(const Block& block, Found& found) const {
  Mask keep;
  LOGMILL_RETURN_IF_ERROR(query_.filter().select(*found.table, keep));
  if (std::memchr(keep.data() + block.first, 0, block.last - block.first) == nullptr) {
    select_all(block.first, block.last, found.selected);
  } else {
    found.selected = rows_with(keep, 1, block.first, block.last);
  }
  if (block.hidden) LOGMILL_RETURN_IF_ERROR(block.hidden->remove(block.segment->info(), *found.table, found.selected));
  found.table->keep_only(found.selected);
  // Not before: a word that is looked for in all fields is none of an id.
  if (shows_log_ids_) found.table->show_log_ids();
  return {};
}

template <class GoOn, class Use>
base::Status StoreScan::read_all(GoOn go_on, Use use) {
  std::vector<Found> found(blocks_.size());
  const std::size_t ahead = threads_ > 1 ? 2 * threads_ : 1;
  OrderedWork work(threads_, blocks_.size(), ahead, [&](std::size_t, std::size_t i) { found[i] = find(blocks_[i]); });
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    if (stop_.requested() || !go_on(blocks_[i])) {
      counts_.blocks_not_needed += blocks_.size() - i;
      break;
    }
    work.wait(i);
    base::Status status = take(blocks_[i], found[i]);
    if (status && !found[i].selected.empty()) status = use(blocks_[i], Rows{*found[i].table, found[i].selected});
    if (!status && !tolerate(status.error(), blocks_[i].info.rows)) return status;
    found[i] = {};
    work.release(i);
  }
  return {};
}

base::Status StoreScan::as_stored(Pipeline& pipeline) {
  return read_all([&](const Block&) { return !pipeline.satisfied(); },
                  [&](const Block&, const Rows& rows) { return pipeline.push_selected(rows); });
}

base::Status StoreScan::in_time_order(Pipeline& pipeline) {
  std::ranges::stable_sort(blocks_, {}, [](const Block& block) { return block.info.time_min; });
  TimeOrder held(*workspace_, pipeline.first());
  base::Status released;
  LOGMILL_RETURN_IF_ERROR(read_all(
      [&](const Block& block) {
        released = held.release_before(block.info.time_min);
        return released && !pipeline.satisfied();
      },
      [&](const Block& block, const Rows& rows) {
        if (held_text_bytes_max_ == std::numeric_limits<std::size_t>::max()) return held.add(rows, block.sequence);
        ShortTexts table(rows.table, rows.selected, held_text_bytes_max_);
        return held.add({table, rows.selected}, block.sequence);
      }));
  LOGMILL_RETURN_IF_ERROR(std::move(released));
  return stop_.requested() || pipeline.satisfied() ? base::Status() : held.release_all();
}

base::Status StoreScan::in_shares(Pipeline& pipeline) {
  Nowhere nowhere;
  // The first thread works for the whole at once. A list, so that a share is freed as soon as it is merged.
  std::list<Pipeline> shares;
  std::vector<Pipeline*> share_of(1, &pipeline);
  while (share_of.size() < threads_) share_of.push_back(&shares.emplace_back(Pipeline::share(query_, nowhere, *workspace_)));
  std::vector<Found> found(blocks_.size());
  {
    OrderedWork work(threads_, blocks_.size(), blocks_.size(), [&](std::size_t worker, std::size_t i) {
      if (stop_.requested()) return;
      found[i] = find(blocks_[i]);
      if (found[i].status && !found[i].selected.empty())
        found[i].status = share_of[worker]->push_selected({*found[i].table, found[i].selected});
      found[i].table.reset();
      found[i].reader.reset();
    });
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      work.wait(i);
      base::Status status = take(blocks_[i], found[i]);
      if (!status && !tolerate(status.error(), blocks_[i].info.rows)) return status;
      found[i] = {};
    }
  }
  for (; !shares.empty(); shares.pop_front()) LOGMILL_RETURN_IF_ERROR(pipeline.merge(shares.front()));
  return {};
}

base::Status StoreScan::take(const Block& block, Found& found) {
  if (!found.was_read) return {};
  for (std::string& name : found.names)
    if (std::ranges::find(field_names_, name) == field_names_.end()) field_names_.push_back(std::move(name));
  if (!found.status) return std::move(found.status);
  ++(found.decoded ? counts_.blocks_read : counts_.blocks_outside_zones);
  counts_.bytes_read += found.decoded ? block.info.bytes : 0;
  counts_.rows_seen += block.last - block.first;
  if (progress_) progress_->rows_seen += block.last - block.first;
  counts_.rows_matched += found.selected.size();
  return {};
}

base::Status StoreScan::use_counts(Pipeline& pipeline) {
  const CountedField field(query_);
  if (!field.usable()) return {};
  std::map<std::pair<store::SegmentReader*, base::TimeNs>, std::vector<std::size_t>> of_span;
  const auto has_counts = [&](const Block& block) {
    const bool whole = block.first == 0 && block.last == block.info.rows;
    if (!whole || (block.hidden && block.hidden->concern(block.segment->info())) || !field.counted(*block.segment, block.info))
      return false;
    of_span[{block.segment, field.span_of(block.info)}].push_back(block.index);
    counts_.rows_seen += block.info.rows;
    ++counts_.blocks_counted;
    return true;
  };
  std::erase_if(blocks_, has_counts);
  for (const auto& [place, blocks] : of_span) {
    LOGMILL_ASSIGN_OR_RETURN(const std::uint64_t matched, field.push(*place.first, blocks, query_.filter(), pipeline));
    counts_.rows_matched += matched;
  }
  return {};
}

bool StoreScan::tolerate(const base::Error& error, std::uint64_t rows) {
  if (error.code != base::ErrorCode::corrupt) return false;
  ++counts_.blocks_damaged;
  counts_.rows_damaged += rows;
  reporter_.warn("damaged_block", error.what + ", left out");
  return true;
}

}  // namespace logmill::query
