// reals = byte_stream(rows){8}      the bytes of the doubles' bit patterns, lowest plane first
#include "store/encoding.h"

namespace logmill::store {
namespace {

constexpr unsigned kPlanes = sizeof(double);

bool encode(std::span<const record::Value> values, KindSet kinds, EncodeContext& context, std::string& out) {
  if (kinds != kind_bit(record::Kind::real)) return false;
  std::string plane(values.size(), '\0');
  for (unsigned p = 0; p < kPlanes; ++p) {
    for (std::size_t i = 0; i < values.size(); ++i) plane[i] = static_cast<char>(std::bit_cast<std::uint64_t>(values[i].real()) >> (8 * p));
    context.bytes.append(out, plane);
  }
  return true;
}

bool decode(std::string_view bytes, std::size_t count, DecodeContext& context, ColumnData& to) {
  base::ByteReader from(bytes);
  bool failed = false;
  std::vector<std::uint64_t> bits(count);
  for (unsigned p = 0; p < kPlanes; ++p) {
    const std::string_view plane = read_byte_stream(from, count, context.arena, failed);
    if (failed) return false;
    for (std::size_t i = 0; i < count; ++i) bits[i] |= static_cast<std::uint64_t>(static_cast<unsigned char>(plane[i])) << (8 * p);
  }
  to.values.resize(count);
  for (std::size_t i = 0; i < count; ++i) to.values[i] = record::Value::real(std::bit_cast<double>(bits[i]));
  return from.remaining() == 0;
}

}  // namespace

extern constexpr EncodingSpec kReals{.id = 20, .name = "reals", .summary = "doubles as byte planes", .encode = encode, .decode = decode};

}  // namespace logmill::store
