#include "query/table/value_order.h"

#include <bit>
#include <string_view>

#include "base/hash.h"

namespace logmill::query {
namespace {

int rank(const record::Value& value) {
  if (value.is_text()) return 4;
  if (value.is_number()) return 3;
  return static_cast<int>(value.kind());
}

std::weak_ordering compare_numbers(const record::Value& a, const record::Value& b) {
  if (a.kind() == record::Kind::integer && b.kind() == record::Kind::integer) return a.integer() <=> b.integer();
  if (a.kind() == record::Kind::decimal && b.kind() == record::Kind::decimal && a.scale() == b.scale()) return a.integer() <=> b.integer();
  const double x = a.as_double(), y = b.as_double();
  if (x < y) return std::weak_ordering::less;
  return x > y ? std::weak_ordering::greater : std::weak_ordering::equivalent;
}

// The finalizer of splitmix64.
std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

}  // namespace

std::weak_ordering compare_values(const record::Value& a, const record::Value& b) {
  const int rank_a = rank(a), rank_b = rank(b);
  if (rank_a != rank_b) return rank_a <=> rank_b;
  if (a.is_text()) return a.text() <=> b.text();
  if (a.is_number()) return compare_numbers(a, b);
  if (a.kind() == record::Kind::boolean) return a.as_bool() <=> b.as_bool();
  return std::weak_ordering::equivalent;
}

std::uint64_t hash_value(const record::Value& value) {
  const auto kind = static_cast<std::uint64_t>(value.kind());
  switch (value.kind()) {
    case record::Kind::absent:
    case record::Kind::null: return mix(kind + 1);
    case record::Kind::boolean: return mix(kind + 1 + (value.as_bool() ? 64 : 0));
    case record::Kind::integer:
    case record::Kind::decimal: return mix(static_cast<std::uint64_t>(value.integer()) + (kind + 8 * value.scale()) * 0x9e3779b97f4a7c15);
    // 0.0 == -0.0, and both hash alike.
    case record::Kind::real: return mix(std::bit_cast<std::uint64_t>(value.real() + 0.0) + kind);
    case record::Kind::string:
    case record::Kind::json: return base::xxh3_64(value.text(), kind);
  }
  return 0;
}

}  // namespace logmill::query
