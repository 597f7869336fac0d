// Answers from the counts in a footer what asks for nothing else: `level=ERROR | count by level`
// needs how often each level occurs, not where.
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
  // Whether the segment has what is needed.
  bool counted(const store::SegmentReader& segment) const {
    return segment.info().sealed && (field_.empty() || segment.value_counts(field_));
  }
  // Sends the counts of these blocks through the filter to the query's first stage; how many rows
  // matched.
  base::Result<std::uint64_t> push(const store::SegmentReader& segment, std::span<const std::size_t> blocks, const Filter& filter,
                                   Pipeline& pipeline) const;

 private:
  bool usable_ = false;
  std::string field_;  // empty: rows are counted, whatever is in them
};

}  // namespace logmill::query
