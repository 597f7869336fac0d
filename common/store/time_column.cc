#include "store/time_column.h"

#include <algorithm>
#include <array>

namespace logmill::store {
namespace {

constexpr std::array<std::int64_t, 4> kUnits = {1, base::kNsPerUs, base::kNsPerMs, base::kNsPerSecond};

// A template, so that the compiler knows the divisor: a real division would cost more than all else
// here.
template <std::int64_t kUnit>
bool divide(std::span<const base::TimeNs> times, std::vector<std::int64_t>& quotients) {
  for (std::size_t i = 0; i < times.size(); ++i) {
    quotients[i] = times[i] / kUnit;
    if (quotients[i] * kUnit != times[i]) return false;
  }
  return true;
}

}  // namespace

void append_times(std::string& out, std::span<const base::TimeNs> times, EncodeContext& context) {
  std::vector<std::int64_t> quotients(times.size());
  unsigned unit = 3;
  if (!divide<kUnits[3]>(times, quotients)) unit = 2;
  if (unit == 2 && !divide<kUnits[2]>(times, quotients)) unit = 1;
  if (unit == 1 && !divide<kUnits[1]>(times, quotients)) unit = 0;
  if (unit == 0) std::copy(times.begin(), times.end(), quotients.begin());
  out.push_back(static_cast<char>(unit));
  context.integers.append(out, quotients);
}

bool read_times(std::string_view bytes, std::vector<base::TimeNs>& times, base::Arena& arena) {
  base::ByteReader from(bytes);
  const unsigned unit = from.read<std::uint8_t>();
  if (unit >= kUnits.size()) return false;
  bool failed = false;
  read_integers(from, times, arena, failed);
  for (base::TimeNs& time : times)
    if (__builtin_mul_overflow(time, kUnits[unit], &time)) return false;
  return !failed && from.remaining() == 0;
}

void append_levels(std::string& out, std::span<const record::Severity> levels, EncodeContext& context) {
  std::string plane(levels.size(), '\0');
  for (std::size_t i = 0; i < levels.size(); ++i) plane[i] = static_cast<char>(levels[i]);
  context.bytes.append(out, plane);
}

bool read_levels(std::string_view bytes, std::vector<record::Severity>& levels, base::Arena& arena) {
  base::ByteReader from(bytes);
  bool failed = false;
  const std::string_view plane = read_byte_stream(from, levels.size(), arena, failed);
  if (failed || from.remaining() != 0) return false;
  for (std::size_t i = 0; i < plane.size(); ++i) {
    if (static_cast<unsigned char>(plane[i]) >= record::kSeverities) return false;
    levels[i] = static_cast<record::Severity>(plane[i]);
  }
  return true;
}

}  // namespace logmill::store
