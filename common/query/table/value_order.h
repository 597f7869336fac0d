// An order over all values, and their hash: for sorting and grouping.
#pragma once

#include <compare>
#include <cstdint>

#include "record/value.h"

namespace logmill::query {

// Numbers by amount, text by bytes; between kinds: absent, null, booleans, numbers, text.
std::weak_ordering compare_values(const record::Value& a, const record::Value& b);

// Equal values (Value's ==) have equal hashes.
std::uint64_t hash_value(const record::Value& value);

}  // namespace logmill::query
