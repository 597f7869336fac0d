// How far the streams that were heard of lately were taken. Thread-compatible.
#pragma once

#include <list>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "record/range.h"
#include "store/reader.h"

namespace logmill::logrecv {

class RecentFrontiers {
 public:
  // The stream is now the most recent one.
  void advance(const record::Range& range);
  std::optional<store::Frontier> find(const record::StreamId& stream) const;
  std::vector<store::Frontier> list() const { return {streams_.begin(), streams_.end()}; }
  // Forgets those that were not heard of for longest, until so many are left; returns how many.
  std::size_t forget_oldest(std::size_t streams_max);

 private:
  struct Hash {
    std::size_t operator()(const record::StreamId& id) const { return base::load_le<std::uint64_t>(id.data()); }
  };
  std::list<store::Frontier> streams_;  // the most recent first
  std::unordered_map<record::StreamId, std::list<store::Frontier>::iterator, Hash> places_;
};

}  // namespace logmill::logrecv
