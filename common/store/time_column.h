// The two columns that every block has.
//
//   timestamps = unit:u8 integers(rows)      nanoseconds / 1, 10^3, 10^6 or 10^9 for unit 0, 1, 2,
//   3 levels     = byte_stream(rows)           record::Severity of each
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "record/severity.h"
#include "store/encoding.h"

namespace logmill::store {

void append_times(std::string& out, std::span<const base::TimeNs> times, EncodeContext& context);
void append_levels(std::string& out, std::span<const record::Severity> levels, EncodeContext& context);

// `times` and `levels` have the number of rows as their size. False: damaged.
bool read_times(std::string_view bytes, std::vector<base::TimeNs>& times, base::Arena& arena);
bool read_levels(std::string_view bytes, std::vector<record::Severity>& levels, base::Arena& arena);

}  // namespace logmill::store
