#include "loginspect/usage.h"

#include <algorithm>

#include "record/json_object.h"
#include "text/json_writer.h"

namespace logmill::loginspect {

std::string day_of(base::TimeNs time) {
  if (time == record::kNoTime) return std::string(Usage::kNone);
  std::string text;
  text::append_time_utc(text, time);
  return text.substr(0, text.find('T'));
}

void Usage::add(std::size_t field, std::string_view value, const Share& share) {
  auto& shares = shares_[field];
  std::string key(value.empty() ? kNone : value);
  if (shares.size() >= kValuesMax && !shares.contains(key)) key = kOthers;
  Share& sum = shares[key];
  sum.records += share.records;
  sum.bytes += share.bytes;
  sum.raw_bytes += share.raw_bytes;
}

void Usage::add_batch(const record::Batch& batch, double bytes, double raw_bytes, const std::vector<std::uint32_t>& lengths) {
  if (batch.empty()) return;
  double total = 0;
  for (const std::uint32_t length : lengths) total += length;
  const auto part = [&](std::size_t row) {
    return lengths.empty() || total == 0 ? 1.0 / static_cast<double>(batch.rows()) : lengths[row] / total;
  };
  std::string value;
  for (std::size_t field = 0; field < by_.size(); ++field) {
    const record::Column* column = batch.find(by_[field]);
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      value.clear();
      if (by_[field] == kByDay)
        value = day_of(batch.times()[row]);
      else if (by_[field] == kByLevel)
        value = batch.levels()[row] == record::Severity::none ? "" : record::severity_name(batch.levels()[row]);
      else if (column != nullptr)
        record::append_plain(value, column->at(row));
      add(field, value, {1, bytes * part(row), raw_bytes * part(row)});
    }
  }
}

std::vector<Usage::Row> Usage::rows(std::size_t field) const {
  std::vector<Row> rows;
  for (const auto& [value, share] : shares_[field]) rows.push_back({value, share});
  const bool days = by_[field] == kByDay;
  std::ranges::sort(rows, [days](const Row& a, const Row& b) {
    if (!days && a.share.bytes != b.share.bytes) return a.share.bytes > b.share.bytes;
    return a.value < b.value;
  });
  return rows;
}

}  // namespace logmill::loginspect
