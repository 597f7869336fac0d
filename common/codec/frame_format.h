// docs/formats/frame.md: the payload of a data frame. The header is in record/frame_header.h.
#pragma once

#include <cstddef>
#include <cstdint>

#include "record/frame_header.h"
#include "record/severity.h"
#include "record/value.h"

namespace logmill::codec {

enum class Layout : std::uint8_t { same = 0, strings = 1, integers = 2, decimals = 3, mixed = 4 };

// Records times columns: what a reader may be made to allocate (16 bytes each), whatever a few
// bytes of `same` claim.
inline constexpr std::uint64_t kFrameCellsMax = 4 << 20;

// The numbers of kinds are on the wire.
static_assert(static_cast<int>(record::Kind::absent) == 0 && static_cast<int>(record::Kind::null) == 1 &&
              static_cast<int>(record::Kind::boolean) == 2 && static_cast<int>(record::Kind::integer) == 3 &&
              static_cast<int>(record::Kind::decimal) == 4 && static_cast<int>(record::Kind::real) == 5 &&
              static_cast<int>(record::Kind::string) == 6 && static_cast<int>(record::Kind::json) == 7);
static_assert(static_cast<int>(record::Severity::none) == 0 && static_cast<int>(record::Severity::fatal) == 6 && record::kSeverities == 7);
static_assert(sizeof(double) == sizeof(std::uint64_t));

}  // namespace logmill::codec
