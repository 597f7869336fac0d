// Computes the zone of a column.
#pragma once

#include <span>

#include "record/value.h"
#include "store/encoding.h"
#include "store/reader.h"

namespace logmill::store {

// `values` holds no absent ones, and values of `kinds` only.
ColumnZone zone_of(std::span<const record::Value> values, KindSet kinds);

}  // namespace logmill::store
