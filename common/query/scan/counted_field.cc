#include "query/scan/counted_field.h"

#include <algorithm>

#include "query/filter/field_names.h"
#include "query/filter/time_terms.h"
#include "query/groups/grouper.h"
#include "record/fields.h"

namespace logmill::query {
namespace {

void set(record::Batch& batch, const std::string& field, const record::Value& value) {
  const std::size_t row = batch.add_row();
  if (field == record::kLevel)
    batch.levels()[row] = record::severity_from_text(value.text()).value_or(record::Severity::none);
  else
    batch.set(field, row, value);
}

}  // namespace

CountedField::CountedField(const Query& query) : bounds_(query.filter().bounds()) {
  if (query.merge_point() != std::optional<std::size_t>(0)) return;
  const auto counts_of = query.stages().front()->counts_of();
  // The times that are asked for are all within the bounds.
  const Expr asked = split_times(query.filter().expr()).rest;
  if (!counts_of || has_text_term(asked)) return;
  std::vector<std::string_view> fields = field_names(asked);
  fields.insert(fields.end(), counts_of->begin(), counts_of->end());
  std::ranges::sort(fields);
  fields.erase(std::unique(fields.begin(), fields.end()), fields.end());
  usable_ = fields.empty() || (fields.size() == 1 && fields[0] != record::kTimestamp && fields[0] != record::kLogId);
  if (usable_ && !fields.empty()) field_ = fields[0];
  span_ns_ = query.stages().front()->span_ns();
}

bool CountedField::counted(const store::SegmentReader& segment, const store::BlockInfo& block) const {
  if (!segment.info().sealed || (!field_.empty() && !segment.value_counts(field_))) return false;
  if (block.time_min < bounds_.min || block.time_max > bounds_.max) return false;
  return span_ns_ == 0 || floor_to(block.time_min, span_ns_) == floor_to(block.time_max, span_ns_);
}

base::TimeNs CountedField::span_of(const store::BlockInfo& block) const { return span_ns_ == 0 ? 0 : floor_to(block.time_min, span_ns_); }

base::Result<std::uint64_t> CountedField::push(const store::SegmentReader& segment, std::span<const std::size_t> blocks,
                                               const Filter& filter, Pipeline& pipeline) const {
  record::Batch batch;
  std::vector<std::uint32_t> weights;
  std::uint32_t without = 0;  // rows that do not have the field
  for (const std::size_t block : blocks) without += segment.blocks()[block].rows;
  if (!field_.empty()) {
    const store::ValueCounts& counts = *segment.value_counts(field_);
    for (std::size_t value = 0; value < counts.values.size(); ++value) {
      std::uint32_t rows = 0;
      for (const std::size_t block : blocks) rows += counts.rows[block * counts.values.size() + value];
      if (rows == 0) continue;
      set(batch, field_, counts.values[value]);
      weights.push_back(rows);
      without -= rows;
    }
  }
  if (without > 0) {
    batch.add_row();
    weights.push_back(without);
  }

  // Any time of theirs will do: it is within the bounds and the span.
  std::ranges::fill(batch.times(), segment.blocks()[blocks.front()].time_min);

  BatchTable table(batch);
  Mask keep;
  LOGMILL_RETURN_IF_ERROR(filter.select(table, keep));
  std::vector<std::uint32_t> selected, selected_weights;
  std::uint64_t matched = 0;
  for (std::uint32_t row = 0; row < keep.size(); ++row) {
    if (!keep[row]) continue;
    selected.push_back(row);
    selected_weights.push_back(weights[row]);
    matched += weights[row];
  }
  if (!selected.empty()) LOGMILL_RETURN_IF_ERROR(pipeline.push_counted({table, selected}, selected_weights));
  return matched;
}

}  // namespace logmill::query
