// What a block must hold so that a row of it can match a filter: keys of the token index, joined as the filter joins
// its terms. Terms that no key stands for (ranges, regular expressions, NOT) ask for nothing.
#pragma once

#include <cstdint>
#include <vector>

#include "index/index_reader.h"
#include "query/ast.h"

namespace logmill::query {

class BlockCondition {
 public:
  // Every row that matches `expr` lies in a block that meets the condition.
  static BlockCondition of(const Expr& expr);

  bool asks_nothing() const { return kind_ == Kind::anything; }

  // Clears the flags of blocks that do not meet it. Fails as IndexReader::narrow does: the mask is right all the same.
  base::Status narrow(const index::IndexReader& index, index::BlockMask& blocks) const;

 private:
  enum class Kind : std::uint8_t { anything, key, all_of, any_of };

  explicit BlockCondition(Kind kind) : kind_(kind) {}
  static BlockCondition of_key(std::uint64_t key);
  static BlockCondition of_term(const Term& term);
  static BlockCondition of_text(std::string_view text, bool with_stars);
  static BlockCondition of_value(std::string_view field, const Literal& literal);
  static BlockCondition of_amount(std::string_view text, double amount);
  static BlockCondition join(Kind kind, std::vector<BlockCondition> parts);

  Kind kind_;
  std::uint64_t key_ = 0;
  std::vector<BlockCondition> parts_;
};

}  // namespace logmill::query
