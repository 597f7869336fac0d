#include "query/scan/block_condition.h"

#include <algorithm>
#include <string>

#include "index/block_keys.h"
#include "query/language/quantity.h"
#include "record/fields.h"
#include "record/json_object.h"
#include "text/tokens.h"

namespace logmill::query {
namespace {

// Of these the index holds nothing, or not under this name.
bool is_indexed(std::string_view field) { return field != record::kTimestamp && field != record::kLevel && field != record::kLogId; }

// The part of `piece` whose tokens are whole wherever it occurs: without the run at an end where a
// star stands.
std::string_view whole_tokens(std::string_view piece, bool star_before, bool star_after) {
  if (star_before)
    while (!piece.empty() && text::is_token_byte(piece.front())) piece.remove_prefix(1);
  if (star_after)
    while (!piece.empty() && text::is_token_byte(piece.back())) piece.remove_suffix(1);
  return piece;
}

}  // namespace

BlockCondition BlockCondition::of(const Expr& expr) {
  if (expr.kind == Expr::Kind::term) return of_term(expr.term);
  if (expr.kind != Expr::Kind::all_of && expr.kind != Expr::Kind::any_of) return BlockCondition(Kind::anything);
  std::vector<BlockCondition> parts;
  for (const Expr& child : expr.children) parts.push_back(of(child));
  return join(expr.kind == Expr::Kind::all_of ? Kind::all_of : Kind::any_of, std::move(parts));
}

BlockCondition BlockCondition::of_term(const Term& term) {
  if (!is_indexed(term.field)) return BlockCondition(Kind::anything);
  std::vector<BlockCondition> parts;
  for (const Literal& literal : term.values) {
    if (term.op == Op::word)
      parts.push_back(of_text(literal.text, literal.form == Literal::Form::bare));
    else if (term.op == Op::equal)
      parts.push_back(of_value(term.field, literal));
    else
      return BlockCondition(Kind::anything);
  }
  return join(Kind::any_of, std::move(parts));
}

BlockCondition BlockCondition::of_key(std::uint64_t key) {
  BlockCondition condition(Kind::key);
  condition.key_ = key;
  return condition;
}

BlockCondition BlockCondition::of_text(std::string_view text, bool with_stars) {
  std::vector<BlockCondition> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(with_stars ? text.find('*', begin) : text.npos, text.size());
    const std::string_view piece = whole_tokens(text.substr(begin, end - begin), begin > 0, end < text.size());
    text::for_each_token(piece, [&](std::string_view token) { parts.push_back(of_key(index::token_key(token))); });
    begin = end + 1;
  }
  return join(Kind::all_of, std::move(parts));
}

// A field that is a number is in no filter, and a block with such values lets everything through:
// so the text decides.
BlockCondition BlockCondition::of_value(std::string_view field, const Literal& literal) {
  std::vector<BlockCondition> parts;
  parts.push_back(of_indexed_value(field, literal));
  const bool bare = literal.form == Literal::Form::bare;
  const auto quantity = bare ? parse_quantity(literal.text) : std::nullopt;
  const bool is_pattern = bare && literal.text.find('*') != std::string::npos;
  if (quantity ? quantity->unit == Unit::none : !is_pattern) parts.push_back(of_member(field, literal.text));
  return join(Kind::all_of, std::move(parts));
}

BlockCondition BlockCondition::of_indexed_value(std::string_view field, const Literal& literal) {
  const std::string_view text = literal.text;
  const bool bare = literal.form == Literal::Form::bare;
  if (bare) {
    if (const auto quantity = parse_quantity(text))
      return quantity->unit == Unit::none ? of_amount(text, quantity->amount) : BlockCondition(Kind::anything);
    if (text.find('*') != text.npos) return of_text(text, true);
  }
  std::vector<BlockCondition> parts;
  parts.push_back(of_text(text, false));
  // What may be the plain text of a number is not keyed as a whole where it is one.
  const bool is_text = !text.starts_with('-') && record::value_from_text(text).kind() == record::Kind::string;
  if (const auto key = index::whole_value_key(field, text); key && is_text) parts.push_back(of_key(*key));
  return join(Kind::all_of, std::move(parts));
}

// A text that is the literal as written, an integer with these digits, or a decimal or real of this
// amount.
BlockCondition BlockCondition::of_amount(std::string_view text, double amount) {
  const auto key = index::amount_key(amount);
  if (!key) return BlockCondition(Kind::anything);
  const record::Value exact = record::value_from_number(text);
  const bool tells_apart = *key != index::inexact_amount_key();
  if (!tells_apart && exact.kind() != record::Kind::integer) return BlockCondition(Kind::anything);
  std::vector<BlockCondition> parts;
  parts.push_back(of_text(text, false));
  parts.push_back(of_key(*key));
  return join(Kind::any_of, std::move(parts));
}

BlockCondition BlockCondition::of_member(std::string_view field, std::string_view text) {
  BlockCondition member(Kind::member);
  member.field_ = field;
  member.text_ = text;
  return member;
}

base::Status BlockCondition::narrow_by_filter(const store::SegmentReader& segment, const BlockCondition& member, index::BlockMask& blocks) {
  LOGMILL_ASSIGN_OR_RETURN(const auto may_hold, segment.may_contain(member.field_, member.text_));
  if (may_hold && may_hold->size() == blocks.size())
    for (std::size_t i = 0; i < blocks.size(); ++i) blocks[i] &= (*may_hold)[i];
  return {};
}

BlockCondition BlockCondition::join(Kind kind, std::vector<BlockCondition> parts) {
  const auto asks_nothing = [](const BlockCondition& part) { return part.asks_nothing(); };
  if (kind == Kind::any_of && std::ranges::any_of(parts, asks_nothing)) parts.clear();
  std::erase_if(parts, asks_nothing);
  if (parts.empty()) return BlockCondition(Kind::anything);
  if (parts.size() == 1) return std::move(parts.front());
  BlockCondition joined(kind);
  joined.parts_ = std::move(parts);
  return joined;
}

base::Status BlockCondition::narrow(const BlockKnowledge& known, index::BlockMask& blocks) const {
  if (kind_ == Kind::anything) return {};
  if (kind_ == Kind::key) return known.index ? known.index->narrow(key_, blocks) : base::Status();
  if (kind_ == Kind::member) return known.segment ? narrow_by_filter(*known.segment, *this, blocks) : base::Status();
  base::Status status;
  index::BlockMask any(blocks.size(), 0);
  for (const BlockCondition& part : parts_) {
    index::BlockMask found = blocks;
    if (auto result = part.narrow(known, found); !result) status = std::move(result);
    if (kind_ == Kind::all_of)
      blocks = std::move(found);
    else
      for (std::size_t i = 0; i < any.size(); ++i) any[i] |= found[i];
  }
  if (kind_ == Kind::any_of) blocks = std::move(any);
  return status;
}

}  // namespace logmill::query
