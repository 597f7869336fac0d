#include "store/integer_stream.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <type_traits>
#include <bit>

namespace logmill::store {
namespace {

constexpr char kFromLeast = 0;
constexpr char kFromPrevious = 1;
constexpr unsigned kPlanesMax = 8;

struct Extent {
  std::int64_t least, greatest;
  // Distances from the least never overflow as unsigned numbers.
  std::uint64_t width() const { return static_cast<std::uint64_t>(greatest) - static_cast<std::uint64_t>(least); }
  unsigned planes() const { return (std::bit_width(width()) + 7) / 8; }
};

std::int64_t difference(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}

Extent extent_of(std::span<const std::int64_t> values) {
  const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
  return {*least, *greatest};
}

Extent extent_of_steps(std::span<const std::int64_t> values) {
  Extent extent{0, 0};
  for (std::size_t i = 1; i < values.size(); ++i) {
    const std::int64_t step = difference(values[i], values[i - 1]);
    if (i == 1) extent = {step, step};
    extent.least = std::min(extent.least, step);
    extent.greatest = std::max(extent.greatest, step);
  }
  return extent;
}

using Planes = std::array<const char*, kPlanesMax>;

// All planes in one pass; how many there are is known at compile time. In pieces of one length, which cannot lie over each other: many
// numbers are made at once.
template <unsigned kPlanes>
void join_planes(const Planes& planes, std::uint64_t least, std::span<std::int64_t> to) {
  using Wide = std::conditional_t<kPlanes <= 4, std::uint32_t, std::uint64_t>;
  constexpr std::size_t kPiece = 16;
  const auto byte_at = [&](unsigned p, std::size_t i) { return static_cast<std::uint64_t>(static_cast<unsigned char>(planes[p][i])); };
  std::size_t i = 0;
  for (; i + kPiece <= to.size(); i += kPiece) {
    std::array<Wide, kPiece> joined{};
    for (unsigned p = 0; p < kPlanes; ++p) {
      std::array<unsigned char, kPiece> bytes;
      std::memcpy(bytes.data(), planes[p] + i, kPiece);
      for (std::size_t k = 0; k < kPiece; ++k) joined[k] |= static_cast<Wide>(bytes[k]) << (8 * p);
    }
    std::array<std::uint64_t, kPiece> piece;
    for (std::size_t k = 0; k < kPiece; ++k) piece[k] = joined[k] + least;
    std::memcpy(to.data() + i, piece.data(), sizeof piece);
  }
  for (; i < to.size(); ++i) {
    std::uint64_t value = least;
    for (unsigned p = 0; p < kPlanes; ++p) value += byte_at(p, i) << (8 * p);
    to[i] = static_cast<std::int64_t>(value);
  }
}

// Whether the bytes of `distance` stand at the same place of all planes. What a plane without them
// tells the others need not be read for; those that are not compressed are looked at first.
bool planes_hold(base::ByteReader& from, unsigned planes, std::size_t count, std::uint64_t distance, base::Arena& arena, bool& failed) {
  if (planes == 0) return true;
  std::array<base::ByteReader, kPlanesMax> at = {from, from, from, from, from, from, from, from};
  std::array<unsigned, kPlanesMax> order{};
  unsigned raw = 0, packed = planes;
  for (unsigned p = 0; p < planes; ++p) {
    at[p] = from;
    order[is_stored_raw(from) ? raw++ : --packed] = p;
    skip_byte_stream(from, count, failed);
  }
  std::array<std::string_view, kPlanesMax> bytes;
  const auto byte_of = [distance](unsigned p) { return static_cast<char>(distance >> (8 * p)); };
  unsigned read = 0;
  const auto agrees = [&](std::size_t i) {
    for (unsigned n = 1; n < planes; ++n) {
      if (n >= read) bytes[n] = read_byte_stream(at[order[n]], count, arena, failed), read = n + 1;
      if (failed || bytes[n][i] != byte_of(order[n])) return false;
    }
    return true;
  };
  bytes[0] = read_byte_stream(at[order[0]], count, arena, failed);
  read = 1;
  for (std::size_t i = 0; !failed && (i = bytes[0].find(byte_of(order[0]), i)) != std::string_view::npos; ++i)
    if (agrees(i)) return true;
  return false;
}

using Join = void (*)(const Planes&, std::uint64_t, std::span<std::int64_t>);
constexpr Join kJoin[] = {join_planes<0>, join_planes<1>, join_planes<2>, join_planes<3>, join_planes<4>,
                          join_planes<5>, join_planes<6>, join_planes<7>, join_planes<8>};
static_assert(std::size(kJoin) == kPlanesMax + 1);

}  // namespace

void IntegerStreamWriter::append(std::string& out, std::span<const std::int64_t> values) {
  if (values.empty()) return;
  const Extent extent = extent_of(values);
  const Extent steps = extent_of_steps(values);
  if (steps.planes() < extent.planes()) {
    out.push_back(kFromPrevious);
    base::append_varint(out, base::zigzag(values[0]));
    base::append_varint(out, base::zigzag(steps.least));
    distances_.resize(values.size() - 1);
    for (std::size_t i = 1; i < values.size(); ++i)
      distances_[i - 1] = static_cast<std::uint64_t>(difference(difference(values[i], values[i - 1]), steps.least));
    return append_planes(out, distances_, steps.planes());
  }
  out.push_back(kFromLeast);
  base::append_varint(out, base::zigzag(extent.least));
  distances_.resize(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) distances_[i] = static_cast<std::uint64_t>(difference(values[i], extent.least));
  append_planes(out, distances_, extent.planes());
}

void IntegerStreamWriter::append_planes(std::string& out, std::span<const std::uint64_t> distances, unsigned planes) {
  out.push_back(static_cast<char>(planes));
  plane_.resize(distances.size());
  for (unsigned p = 0; p < planes; ++p) {
    char* to = plane_.data();
    for (const std::uint64_t distance : distances) *to++ = static_cast<char>(distance >> (8 * p));
    bytes_.append(out, plane_);
  }
}

void skip_integers(base::ByteReader& from, std::size_t count, bool& failed) {
  if (count == 0 || failed) return;
  const char mode = static_cast<char>(from.read<std::uint8_t>());
  const bool steps = mode == kFromPrevious;
  if (steps) from.read_varint();
  from.read_varint();
  const unsigned planes = from.read<std::uint8_t>();
  failed = from.failed() || mode > kFromPrevious || planes > kPlanesMax;
  for (unsigned p = 0; p < planes && !failed; ++p) skip_byte_stream(from, count - (steps ? 1 : 0), failed);
}

bool may_hold_integer(base::ByteReader& from, std::size_t count, std::int64_t value, base::Arena& arena, bool& failed) {
  if (count == 0 || failed) return false;
  base::ByteReader head = from;
  skip_integers(from, count, failed);
  if (failed) return false;
  if (static_cast<char>(head.read<std::uint8_t>()) != kFromLeast) return true;
  const auto distance = static_cast<std::uint64_t>(difference(value, base::unzigzag(head.read_varint())));
  const unsigned planes = head.read<std::uint8_t>();
  if (planes < kPlanesMax && distance >> (8 * planes) != 0) return false;
  return planes_hold(head, planes, count, distance, arena, failed);
}

void read_integers(base::ByteReader& from, std::span<std::int64_t> values, base::Arena& arena, bool& failed) {
  if (values.empty() || failed) return;
  const char mode = static_cast<char>(from.read<std::uint8_t>());
  const bool steps = mode == kFromPrevious;
  const std::int64_t first = steps ? base::unzigzag(from.read_varint()) : 0;
  const auto least = static_cast<std::uint64_t>(base::unzigzag(from.read_varint()));
  const unsigned planes = from.read<std::uint8_t>();
  failed = from.failed() || mode > kFromPrevious || planes > kPlanesMax;
  if (failed) return;

  const std::span<std::int64_t> stored = values.subspan(steps ? 1 : 0);
  Planes bytes{};
  for (unsigned p = 0; p < planes; ++p) bytes[p] = read_byte_stream(from, stored.size(), arena, failed).data();
  if (failed) return;
  kJoin[planes](bytes, least, stored);
  if (!steps) return;
  values[0] = first;
  for (std::size_t i = 1; i < values.size(); ++i)
    values[i] = static_cast<std::int64_t>(static_cast<std::uint64_t>(values[i - 1]) + static_cast<std::uint64_t>(values[i]));
}

}  // namespace logmill::store
