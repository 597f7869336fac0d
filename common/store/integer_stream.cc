#include "store/integer_stream.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <bit>
#include <type_traits>
#include <utility>

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

// What stands before the planes.
struct Head {
  bool steps;  // each less the one before
  std::int64_t first;
  std::uint64_t least;
  unsigned planes;

  std::size_t stored(std::size_t count) const { return count - (steps ? 1 : 0); }
};

Head read_head(base::ByteReader& from, bool& failed) {
  const char mode = static_cast<char>(from.read<std::uint8_t>());
  Head head{.steps = mode == kFromPrevious, .first = 0, .least = 0, .planes = 0};
  if (head.steps) head.first = base::unzigzag(from.read_varint());
  head.least = static_cast<std::uint64_t>(base::unzigzag(from.read_varint()));
  head.planes = from.read<std::uint8_t>();
  failed = from.failed() || mode > kFromPrevious || head.planes > kPlanesMax;
  return head;
}

Planes read_planes(base::ByteReader& from, unsigned planes, std::size_t count, base::Arena& arena, bool& failed) {
  Planes bytes{};
  for (unsigned p = 0; p < planes; ++p) bytes[p] = read_byte_stream(from, count, arena, failed).data();
  return bytes;
}

// Pieces of one length, which cannot lie over each other: many numbers are made at once.
constexpr std::size_t kPiece = 16;

template <unsigned kPlane, class Joined>
[[gnu::always_inline]] inline void join_plane(const char* plane, std::array<Joined, kPiece>& joined) {
  std::array<unsigned char, kPiece> bytes;
  std::memcpy(bytes.data(), plane, kPiece);
  for (std::size_t k = 0; k < kPiece; ++k) joined[k] = static_cast<Joined>(joined[k] | static_cast<Joined>(bytes[k]) << (8 * kPlane));
}

// All planes in one pass; how many there are is known at compile time.
template <unsigned kPlanes, class Number>
void join_planes(const Planes& planes, std::uint64_t least, std::span<Number> to) {
  using Joined = std::conditional_t<kPlanes <= sizeof(std::uint16_t) && sizeof(Number) == sizeof(std::uint16_t), std::uint16_t,
                                    std::conditional_t<kPlanes <= 4, std::uint32_t, std::uint64_t>>;
  const auto byte_at = [&](unsigned p, std::size_t i) { return static_cast<std::uint64_t>(static_cast<unsigned char>(planes[p][i])); };
  std::size_t i = 0;
  for (; i + kPiece <= to.size(); i += kPiece) {
    std::array<Joined, kPiece> joined{};
    [&]<std::size_t... kPlane>(std::index_sequence<kPlane...>) { (join_plane<kPlane>(planes[kPlane] + i, joined), ...); }
    (std::make_index_sequence<kPlanes>());
    std::array<std::make_unsigned_t<Number>, kPiece> piece;
    for (std::size_t k = 0; k < kPiece; ++k) piece[k] = static_cast<std::make_unsigned_t<Number>>(joined[k] + least);
    std::memcpy(to.data() + i, piece.data(), sizeof piece);
  }
  for (; i < to.size(); ++i) {
    std::uint64_t value = least;
    for (unsigned p = 0; p < kPlanes; ++p) value += byte_at(p, i) << (8 * p);
    to[i] = static_cast<Number>(value);
  }
}

// The greatest of them, eight looked at together.
std::uint16_t greatest(std::span<const std::uint16_t> numbers) {
  using Eight = std::uint16_t __attribute__((vector_size(16)));
  constexpr std::size_t kLane = sizeof(Eight) / sizeof(std::uint16_t);
  Eight most{};
  std::size_t i = 0;
  for (; i + kLane <= numbers.size(); i += kLane) {
    Eight lane;
    std::memcpy(&lane, numbers.data() + i, sizeof lane);
    most = lane > most ? lane : most;
  }
  std::uint16_t greatest = 0;
  for (std::size_t k = 0; k < kLane; ++k) greatest = std::max<std::uint16_t>(greatest, most[k]);
  for (; i < numbers.size(); ++i) greatest = std::max(greatest, numbers[i]);
  return greatest;
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

template <class Number>
using Join = void (*)(const Planes&, std::uint64_t, std::span<Number>);
using Wide = std::int64_t;
constexpr Join<Wide> kJoin[] = {join_planes<0, Wide>, join_planes<1, Wide>, join_planes<2, Wide>,
                                join_planes<3, Wide>, join_planes<4, Wide>, join_planes<5, Wide>,
                                join_planes<6, Wide>, join_planes<7, Wide>, join_planes<8, Wide>};
static_assert(std::size(kJoin) == kPlanesMax + 1);
using Small = std::uint16_t;
constexpr Join<Small> kJoinSmall[] = {join_planes<0, Small>, join_planes<1, Small>, join_planes<2, Small>};

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
  const Head head = read_head(from, failed);
  for (unsigned p = 0; p < head.planes && !failed; ++p) skip_byte_stream(from, head.stored(count), failed);
}

bool may_hold_integer(base::ByteReader& from, std::size_t count, std::int64_t value, base::Arena& arena, bool& failed) {
  if (count == 0 || failed) return false;
  base::ByteReader planes = from;
  skip_integers(from, count, failed);
  if (failed) return false;
  const Head head = read_head(planes, failed);
  if (head.steps) return true;
  const std::uint64_t distance = static_cast<std::uint64_t>(value) - head.least;
  if (head.planes < kPlanesMax && distance >> (8 * head.planes) != 0) return false;
  return planes_hold(planes, head.planes, count, distance, arena, failed);
}

void read_integers(base::ByteReader& from, std::span<std::int64_t> values, base::Arena& arena, bool& failed) {
  if (values.empty() || failed) return;
  const Head head = read_head(from, failed);
  if (failed) return;
  const std::span<std::int64_t> stored = values.subspan(head.steps ? 1 : 0);
  const Planes planes = read_planes(from, head.planes, stored.size(), arena, failed);
  if (failed) return;
  kJoin[head.planes](planes, head.least, stored);
  if (!head.steps) return;
  values[0] = head.first;
  for (std::size_t i = 1; i < values.size(); ++i)
    values[i] = static_cast<std::int64_t>(static_cast<std::uint64_t>(values[i - 1]) + static_cast<std::uint64_t>(values[i]));
}

void read_small_integers(base::ByteReader& from, std::span<std::uint16_t> values, std::size_t limit, base::Arena& arena, bool& failed) {
  if (values.empty() || failed) return;
  base::ByteReader rest = from;
  const Head head = read_head(rest, failed);
  if (failed) return;
  if (!head.steps && head.planes < std::size(kJoinSmall) && head.least < limit) {  // as they are written, where the first of them is 0
    const Planes planes = read_planes(rest, head.planes, values.size(), arena, failed);
    if (failed) return;
    kJoinSmall[head.planes](planes, 0, values);
    failed = greatest(values) >= limit - head.least;
    if (head.least > 0)
      for (std::uint16_t& value : values) value = static_cast<std::uint16_t>(value + head.least);
    from = rest;
    return;
  }
  std::vector<std::int64_t> wide(values.size());
  read_integers(from, wide, arena, failed);
  for (std::size_t i = 0; i < wide.size(); ++i) {
    failed = failed || static_cast<std::uint64_t>(wide[i]) >= limit;
    values[i] = static_cast<std::uint16_t>(wide[i]);
  }
}

}  // namespace logmill::store
