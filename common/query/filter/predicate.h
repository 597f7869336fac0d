// A test of one field's value: what a term of a filter becomes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "query/filter/template_search.h"
#include "record/json_object.h"
#include "record/value.h"
#include "store/reader.h"

namespace logmill::query {

// Immutable after it was made: may be used from several threads.
class Predicate {
 public:
  virtual ~Predicate() = default;
  virtual bool test(const record::Value& value) const = 0;
  // Of all texts of each of these templates at once; `verdicts` gets one for each. TemplateKeys::may_hold_all is of token_part().
  virtual void judge(const TemplateKeys& of, Verdict* verdicts) const { std::fill_n(verdicts, of.keys.size(), Verdict::depends); }
  // ASCII letters and digits that a text must hold somewhere, and that is all it takes; empty if it
  // takes something else. With whole_token() they must be a token (text/tokens.h) and are in lower
  // case.
  virtual std::string_view token_part() const { return {}; }
  virtual bool whole_token() const { return false; }
  // Whether no value of a column within these bounds passes; false where that is not known.
  virtual bool excludes(const store::ColumnZone& /*zone*/) const { return false; }
  // keep[i] &= test(values[i]); looks only at values whose flag is still set.
  virtual void narrow(std::span<const record::Value> values, std::uint8_t* keep) const = 0;
};

// Gives the loop to a class that has `bool matches(const record::Value&) const`, without a virtual
// call a value.
template <class Derived>
class PredicateOf : public Predicate {
 public:
  bool test(const record::Value& value) const final { return self().matches(value); }
  void narrow(std::span<const record::Value> values, std::uint8_t* keep) const final {
    for (std::size_t i = 0; i < values.size(); ++i)
      if (keep[i]) keep[i] = self().matches(values[i]);
  }

 private:
  const Derived& self() const { return static_cast<const Derived&>(*this); }
};

// The value as plain text, in `scratch` where it is not text already.
inline std::string_view text_of(const record::Value& value, std::string& scratch) {
  if (value.is_text()) return value.text();
  scratch.clear();
  record::append_plain(scratch, value);
  return scratch;
}

}  // namespace logmill::query
