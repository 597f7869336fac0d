#include "query/pipeline/time_merge.h"

namespace logmill::query {

base::Status TimeMerge::add(const Rows& rows, std::size_t sequence) {
  if (rows.selected.empty()) return {};
  LOGMILL_ASSIGN_OR_RETURN(const auto times, rows.table.times());
  auto held = std::make_unique<Chunk>();
  LOGMILL_RETURN_IF_ERROR(held->rows.add(rows));
  const auto chunk = static_cast<std::uint32_t>(chunks_.size());
  for (std::uint32_t i = 0; i < rows.selected.size(); ++i) entries_.push_back({times[rows.selected[i]], sequence, i, chunk});
  chunks_.push_back(std::move(held));
  return {};
}

void TimeMerge::keep_latest(std::size_t count) {
  if (entries_.size() <= count) return;
  const auto cut = entries_.end() - static_cast<std::ptrdiff_t>(count);
  std::ranges::nth_element(entries_, cut);
  entries_.erase(entries_.begin(), cut);
  drop_unused_chunks();
}

base::TimeNs TimeMerge::earliest() const { return std::ranges::min_element(entries_, {}, &Entry::time)->time; }

std::size_t TimeMerge::memory_bytes() const {
  std::size_t bytes = entries_.capacity() * sizeof(Entry);
  for (const auto& chunk : chunks_)
    if (chunk) bytes += chunk->rows.memory_bytes();
  return bytes;
}

void TimeMerge::drop_unused_chunks() {
  std::vector<bool> used(chunks_.size());
  for (const Entry& entry : entries_) used[entry.chunk] = true;
  for (std::size_t i = 0; i < chunks_.size(); ++i)
    if (!used[i]) chunks_[i].reset();
}

}  // namespace logmill::query
