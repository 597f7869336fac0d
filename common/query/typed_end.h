// What is being typed at the end of a query, for completion: the query need not make sense yet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace logmill::query {

struct TypedEnd {
  enum class Kind : std::uint8_t {
    none,      // nothing that is known by name
    term,      // the field of a term, with an operator to come
    argument,  // a field that a stage takes
    value,     // of `field`
    stage,
  };
  Kind kind = Kind::none;
  std::size_t start = 0;  // where in the text it begins, with its quote; the end of the text if nothing of it is there
  std::string field = {};
};

TypedEnd typed_end(std::string_view text);

// The names that may stand behind a bar.
std::vector<std::string_view> stage_names();

// As a query has them in such a place, in quotes where they need some or `typed` begins with one. The field of a term ends with the
// operator that most often follows.
std::string as_typed(TypedEnd::Kind kind, std::string_view name_or_value, std::string_view typed);

}  // namespace logmill::query
