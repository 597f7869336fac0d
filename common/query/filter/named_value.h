// A term on a field, in lines in which a field stands behind its name: JSON objects ("status":503), and pairs (status=503). What follows
// the name tells whether the record can match, before anything is parsed: levels and numbers may be written in more ways than could be
// looked for.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "query/filter/ast.h"
#include "query/filter/filter_leaf.h"
#include "query/filter/predicate.h"
#include "query/language/context.h"

namespace logmill::query {

// Immutable.
class NamedValue {
 public:
  // nullptr if the field may come from elsewhere.
  static std::unique_ptr<NamedValue> of(const Term& term, const Context& context);

  // The field has one of these names, or one that ends with it behind a point, which may be the end of an object's name. Of two bytes at
  // least, and none that JSON escapes.
  const std::vector<std::string>& names() const { return names_; }
  // If that is the level: which of them pass. Positions in lines of text may have levels without a name, too.
  const std::optional<Severities>& levels() const { return levels_; }
  // If these are numbers that are asked for by being the same: in digits, as each stands in a line of text where that is the field. There
  // may be a fraction of nothing behind them, or instead a number with an exponent. Of three digits at least, so that they are rare.
  const std::vector<std::string>& numbers() const { return numbers_; }
  // If lines of access logs have the field at a place, and no other lines have it anywhere but behind its name: which number it is of those
  // behind the request, from 0 on.
  const std::optional<std::size_t>& access_number() const { return access_number_; }
  // Of a number that stands there.
  bool may_be_number(std::string_view written) const;
  // Of what stands behind a name, so many bytes tell that it is no value, or one that does not pass: whatever begins with them is not.
  // nullopt: it may pass. The text has to go on up to the end of the value.
  std::optional<std::size_t> refused_by(std::string_view behind) const;

 private:
  std::optional<std::size_t> refused_by_member(std::string_view behind) const;
  std::optional<std::size_t> refused_by_pair(std::string_view behind) const;

  NamedValue(std::vector<std::string> names, std::unique_ptr<Predicate> predicate, std::optional<Severities> levels = std::nullopt)
      : names_(std::move(names)), predicate_(std::move(predicate)), levels_(levels) {}

  std::vector<std::string> names_;
  std::unique_ptr<Predicate> predicate_;
  std::optional<Severities> levels_;
  std::vector<std::string> numbers_;
  std::optional<std::size_t> access_number_;
};

}  // namespace logmill::query
