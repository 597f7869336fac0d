// Rows of several tables, put in the order of their times.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <memory>
#include <span>
#include <tuple>
#include <vector>

#include "query/pipeline/held_rows.h"
#include "query/pipeline/stage.h"

namespace logmill::query {

class TimeMerge {
 public:
  // Copies the rows. Rows of the same time keep the order of `sequence`, then that of their table.
  base::Status add(const Rows& rows, std::size_t sequence);
  std::size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }

  // Pushes the rows before `end` to `next` (a callable taking Rows), in order, and forgets them.
  template <class Next>
  base::Status release(base::TimeNs end, Next next);

  // Pushes all rows to `next` (a callable taking Rows and their sequence), table by table, and forgets them; those of one table are
  // in the order of their times.
  template <class Next>
  base::Status hand_over(Next next);
  std::size_t memory_bytes() const;

  // Forgets all but the `count` latest rows.
  void keep_latest(std::size_t count);
  // The earliest of the rows held. Not of none.
  base::TimeNs earliest() const;

 private:
  struct Entry {
    base::TimeNs time;
    std::size_t sequence;
    std::uint32_t row;
    std::uint32_t chunk;
    friend auto operator<=>(const Entry&, const Entry&) = default;
  };
  // The rows of one `add`, and a table of them that is made once: runs of rows may be as short as one.
  struct Chunk {
    HeldRows rows;
    std::unique_ptr<Table> table;
    Table& as_table() { return table ? *table : *(table = rows.table()); }
  };
  void drop_unused_chunks();

  std::vector<Entry> entries_;
  std::vector<std::unique_ptr<Chunk>> chunks_;  // null once nothing of it is held
};

template <class Next>
base::Status TimeMerge::release(base::TimeNs end, Next next) {
  std::ranges::sort(entries_);
  const auto last = std::ranges::lower_bound(entries_, end, {}, &Entry::time);
  std::vector<std::uint32_t> run;
  for (auto it = entries_.begin(); it != last;) {
    const std::uint32_t chunk = it->chunk;
    run.clear();
    for (; it != last && it->chunk == chunk; ++it) run.push_back(it->row);
    LOGMILL_RETURN_IF_ERROR(next(Rows{chunks_[chunk]->as_table(), run}));
  }
  entries_.erase(entries_.begin(), last);
  drop_unused_chunks();
  return {};
}

template <class Next>
base::Status TimeMerge::hand_over(Next next) {
  std::ranges::sort(entries_, {}, [](const Entry& entry) { return std::tuple(entry.chunk, entry.time, entry.row); });
  std::vector<std::uint32_t> run;
  for (auto it = entries_.begin(); it != entries_.end();) {
    const std::uint32_t chunk = it->chunk;
    const std::size_t sequence = it->sequence;
    run.clear();
    for (; it != entries_.end() && it->chunk == chunk; ++it) run.push_back(it->row);
    LOGMILL_RETURN_IF_ERROR(next(Rows{chunks_[chunk]->as_table(), run}, sequence));
    chunks_[chunk].reset();
  }
  entries_.clear();
  return {};
}

}  // namespace logmill::query
