#include "store/column_zone.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/bytes.h"
#include "store/short_text.h"

namespace logmill::store {
namespace {

constexpr KindSet kNumberKinds = kind_bit(record::Kind::integer) | kind_bit(record::Kind::decimal) | kind_bit(record::Kind::real);

constexpr std::array<double, record::Value::kScaleMax + 1> powers_of_ten() {
  std::array<double, record::Value::kScaleMax + 1> powers{};
  double power = 1;
  for (double& p : powers) {
    p = power;
    power *= 10;
  }
  return powers;
}
constexpr auto kPowers = powers_of_ten();

double as_double(const record::Value& value) {
  if (value.kind() == record::Kind::real) return value.real();
  const auto number = static_cast<double>(value.integer());
  return value.kind() == record::Kind::decimal ? number / kPowers[value.scale()] : number;
}

// Conversion and division round by at most one step each.
double outward(double bound, double towards) { return std::nextafter(std::nextafter(bound, towards), towards); }

ColumnZone zone_of_numbers(std::span<const record::Value> values) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  ColumnZone zone;
  zone.number_min = kInfinity;
  zone.number_max = -kInfinity;
  for (const record::Value& value : values) {
    const double number = as_double(value);
    if (std::isnan(number)) return {};
    zone.number_min = std::min(zone.number_min, number);
    zone.number_max = std::max(zone.number_max, number);
  }
  zone.kind = ColumnZone::Kind::numbers;
  zone.number_min = outward(zone.number_min, -kInfinity);
  zone.number_max = outward(zone.number_max, kInfinity);
  return zone;
}

// The first eight bytes as a number that compares as the text does.
std::uint64_t prefix_of(std::string_view text) {
  char bytes[8] = {};
  if (text.size() >= sizeof bytes)
    std::memcpy(bytes, text.data(), sizeof bytes);
  else if (!text.empty())
    std::memcpy(bytes, text.data(), text.size());
  return __builtin_bswap64(base::load_le<std::uint64_t>(bytes));
}

std::array<char, 8> bytes_of(std::uint64_t prefix) {
  std::array<char, 8> bytes;
  for (std::size_t i = 8; i-- > 0; prefix >>= 8) bytes[i] = static_cast<char>(prefix);
  return bytes;
}

ColumnZone zone_of_texts(std::span<const record::Value> values) {
  std::uint64_t least = std::numeric_limits<std::uint64_t>::max(), greatest = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    prefetch_text(values, i);
    const std::uint64_t prefix = prefix_of(values[i].text());
    least = std::min(least, prefix);
    greatest = std::max(greatest, prefix);
  }
  ColumnZone zone;
  zone.kind = ColumnZone::Kind::texts;
  zone.prefix_min = bytes_of(least);
  zone.prefix_max = bytes_of(greatest);
  return zone;
}

}  // namespace

ColumnZone zone_of(std::span<const record::Value> values, KindSet kinds) {
  if (values.empty()) return {};
  if ((kinds & ~kNumberKinds) == 0) return zone_of_numbers(values);
  if (kinds == kind_bit(record::Kind::string)) return zone_of_texts(values);
  return {};
}

}  // namespace logmill::store
