#include "logparse/edits.h"

#include <algorithm>

#include "record/fields.h"
#include "record/json_object.h"
#include "record/known_names.h"

namespace logmill::logparse {
namespace {

void forget(record::Batch& batch, std::string_view name) {
  if (name == record::kTimestamp) std::fill(batch.times().begin(), batch.times().end(), record::kNoTime);
  if (name == record::kLevel) std::fill(batch.levels().begin(), batch.levels().end(), record::Severity::none);
  if (record::Column* column = batch.find(name)) column->values.clear();
}

void keep_only(record::Batch& batch, const std::vector<std::string>& names) {
  const auto is_kept = [&names](std::string_view name) { return std::find(names.begin(), names.end(), name) != names.end(); };
  for (const std::string_view name : {record::kTimestamp, record::kLevel})
    if (!is_kept(name)) forget(batch, name);
  for (record::Column& column : batch.columns())
    if (!is_kept(column.name)) column.values.clear();
}

void assign(record::Batch& batch, const Edits::Assignment& assignment) {
  if (assignment.name == record::kTimestamp) {
    const auto time = record::time_from_text(assignment.value);
    std::fill(batch.times().begin(), batch.times().end(), time.value_or(record::kNoTime));
  } else if (assignment.name == record::kLevel) {
    const auto level = record::severity_from_text(assignment.value);
    std::fill(batch.levels().begin(), batch.levels().end(), level.value_or(record::Severity::none));
  } else {
    // The assignment outlives every batch.
    batch.fill(assignment.name, record::value_from_text(assignment.value));
  }
}

base::Error invalid(std::string what) { return {base::ErrorCode::invalid, std::move(what)}; }

}  // namespace

void Edits::apply(record::Batch& batch) const {
  if (batch.empty()) return;
  if (!kept.empty()) keep_only(batch, kept);
  for (const std::string& name : dropped) forget(batch, name);
  for (const Assignment& assignment : assignments) assign(batch, assignment);
}

base::Result<Edits::Assignment> parse_assignment(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) return invalid("--set: '" + std::string(text) + "' is not name=value");
  Edits::Assignment assignment{std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
  if (assignment.name == record::kTimestamp && !record::time_from_text(assignment.value))
    return invalid("--set: '" + assignment.value + "' is no time, as in 2026-11-21T10:15:00Z");
  if (assignment.name == record::kLevel && !record::severity_from_text(assignment.value))
    return invalid("--set: '" + assignment.value + "' is no level");
  return assignment;
}

void append_names(std::vector<std::string>& names, std::string_view list) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    std::string_view name = list.substr(0, comma);
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    if (!name.empty()) names.emplace_back(name);
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
}

}  // namespace logmill::logparse
