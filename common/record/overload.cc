#include "record/overload.h"

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "base/hash.h"
#include "record/fields.h"

namespace logmill::record {
namespace {

// Half-full is when sampling begins; at the end nothing below WARN is left.
constexpr double kSampleFrom = 0.5;
constexpr double kShedFrom = 0.75;
// Of one batch; those of more are counted together.
constexpr std::size_t kServicesMax = 100;
constexpr std::string_view kOtherServices = "(others)";

using Dropped = std::map<std::pair<Severity, std::string>, std::uint64_t>;

Severity level_of(const Batch& batch, std::size_t row) {
  const Severity level = batch.levels()[row];
  return level == Severity::none ? Severity::info : level;
}

void count(Dropped& dropped, Severity level, const Value& service) {
  std::string name(service.kind() == Kind::string ? service.text() : std::string_view());
  if (dropped.size() >= kServicesMax && !dropped.contains({level, name})) name = kOtherServices;
  ++dropped[{level, std::move(name)}];
}

}  // namespace

Overload::Relief Overload::relieve(Batch& batch, double fill) {
  if (policy_ == OverloadPolicy::block) return {};
  const double share = policy_ == OverloadPolicy::sample ? std::clamp((1 - fill) / (1 - kSampleFrom), 0.0, 1.0) : fill < kShedFrom ? 1 : 0;
  if (share >= 1) return {};
  Relief relief;
  relief.keep.assign(batch.rows(), 1);
  Dropped dropped;
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    if (keeps(batch, row, share)) continue;
    relief.keep[row] = 0;
    count(dropped, level_of(batch, row), batch.get(kService, row));
  }
  if (dropped.empty()) return {};
  batch.keep_rows(relief.keep);
  for (auto& [of, number] : dropped) {
    relief.losses.push_back({of.first, of.second, number});
    tell(batch, relief.losses.back());
  }
  return relief;
}

// By position, not by chance: what is read again is decided alike, as far as the queue is as full.
bool Overload::keeps(const Batch& batch, std::size_t row, double share) const {
  if (level_of(batch, row) >= Severity::warn) return true;
  if (share <= 0) return false;
  const Range& range = batch.range();
  const std::uint64_t position = range.from + (batch.positions().empty() ? row : batch.positions()[row]);
  const std::string_view stream(reinterpret_cast<const char*>(range.stream.data()), range.stream.size());
  const std::uint64_t drawn = (base::xxh3_64(stream) ^ position) * 0x9e3779b97f4a7c15;
  return static_cast<double>(drawn >> 32) < share * std::numeric_limits<std::uint32_t>::max();
}

void Overload::tell(Batch& batch, const Loss& loss) {
  const std::string_view level_name = severity_name(loss.level);
  std::string message = "overload: " + std::to_string(loss.records) + " " + std::string(level_name) + " records dropped";
  if (!loss.service.empty()) message.append(" of ").append(loss.service);
  const std::size_t row = batch.add_row();
  batch.times()[row] = clock_.now();
  batch.levels()[row] = Severity::warn;
  batch.set(kMessage, row, Value::string(batch.own(message)));
  batch.set("overload", row, Value::string(policy_ == OverloadPolicy::sample ? "sample" : "shed"));
  batch.set("dropped", row, Value::integer(static_cast<std::int64_t>(loss.records)));
  batch.set("dropped_level", row, Value::string(level_name));
  if (!loss.service.empty()) batch.set("dropped_service", row, Value::string(batch.own(loss.service)));
  // The last position of the range: a sink that has a part of it has not this.
  const Range& range = batch.range();
  if (batch.positions().size() == row)
    batch.positions().push_back(static_cast<std::uint32_t>(range.to > range.from ? range.to - range.from - 1 : 0));
  dropped_ += loss.records;
  ++told_;
}

}  // namespace logmill::record
