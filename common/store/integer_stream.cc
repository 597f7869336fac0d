#include "store/integer_stream.h"

#include <algorithm>
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
    for (std::size_t i = 0; i < distances.size(); ++i) plane_[i] = static_cast<char>(distances[i] >> (8 * p));
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
  std::fill(stored.begin(), stored.end(), static_cast<std::int64_t>(least));
  for (unsigned p = 0; p < planes; ++p) {
    const std::string_view plane = read_byte_stream(from, stored.size(), arena, failed);
    if (failed) return;
    for (std::size_t i = 0; i < plane.size(); ++i)
      stored[i] = static_cast<std::int64_t>(static_cast<std::uint64_t>(stored[i]) +
                                            (static_cast<std::uint64_t>(static_cast<unsigned char>(plane[i])) << (8 * p)));
  }
  if (!steps) return;
  values[0] = first;
  for (std::size_t i = 1; i < values.size(); ++i)
    values[i] = static_cast<std::int64_t>(static_cast<std::uint64_t>(values[i - 1]) + static_cast<std::uint64_t>(values[i]));
}

}  // namespace logmill::store
