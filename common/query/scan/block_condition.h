// What a block must hold so that a row of it can match a filter: keys of the token index, and texts
// that the segment's own filters know, joined as the filter joins its terms. Terms that neither
// stands for (ranges, regular expressions, NOT) ask for nothing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "index/index_reader.h"
#include "query/filter/ast.h"
#include "store/reader.h"

namespace logmill::query {

// Who knows of blocks what they do not hold; either may be missing.
struct BlockKnowledge {
  const index::IndexReader* index = nullptr;
  const store::SegmentReader* segment = nullptr;
};

class BlockCondition {
 public:
  // Every row that matches `expr` lies in a block that meets the condition.
  static BlockCondition of(const Expr& expr);

  bool asks_nothing() const { return kind_ == Kind::anything; }

  // Clears the flags of blocks that do not meet it. Fails with corrupt if an index or filter is
  // damaged: the mask is right all the same.
  base::Status narrow(const BlockKnowledge& known, index::BlockMask& blocks) const;

 private:
  enum class Kind : std::uint8_t { anything, key, member, all_of, any_of };

  explicit BlockCondition(Kind kind) : kind_(kind) {}
  static BlockCondition of_key(std::uint64_t key);
  static BlockCondition of_member(std::string_view field, std::string_view text);
  static BlockCondition of_term(const Term& term);
  static BlockCondition of_text(std::string_view text, bool with_stars);
  static BlockCondition of_value(std::string_view field, const Literal& literal);
  static BlockCondition of_indexed_value(std::string_view field, const Literal& literal);
  static BlockCondition of_amount(std::string_view text, double amount);
  static BlockCondition join(Kind kind, std::vector<BlockCondition> parts);

  Kind kind_;
  static base::Status narrow_by_filter(const store::SegmentReader& segment, const BlockCondition& member, index::BlockMask& blocks);

  std::uint64_t key_ = 0;
  std::string field_, text_;  // of a member
  std::vector<BlockCondition> parts_;
};

}  // namespace logmill::query
