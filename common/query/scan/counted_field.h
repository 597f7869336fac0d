// Answers from the counts in a footer what asks for nothing else: `level=ERROR | count by level`
// needs how often each level occurs, not where. Of a range of time, blocks that lie within it; of a
// chart, blocks that lie within one span of it.
#pragma once

#include <span>
#include <string>

#include "query/query.h"
#include "store/reader.h"

namespace logmill::query {

class CountedField {
 public:
  explicit CountedField(const Query& query);

  // Whether the query looks at one field at most, and only counts.
  bool usable() const { return usable_; }
  // Whether the segment has what is needed of this block.
  bool counted(const store::SegmentReader& segment, const store::BlockInfo& block) const;
  // The start of the span of time that such a block lies in; 0 where all time is one.
  base::TimeNs span_of(const store::BlockInfo& block) const;
  // Sends the counts of these blocks, which lie in one span, through the filter to the query's first stage; how many rows
  // matched.
  base::Result<std::uint64_t> push(const store::SegmentReader& segment, std::span<const std::size_t> blocks, const Filter& filter,
                                   Pipeline& pipeline) const;

 private:
  bool usable_ = false;
  std::string field_;  // empty: rows are counted, whatever is in them
  TimeBounds bounds_{};
  std::int64_t span_ns_ = 0;  // 0: none
};

}  // namespace logmill::query
