// Decimal numbers, exactly: the digits as integers, and how many of them stand after the point.
//
// decimals = 0x00 scale:u8 integers(rows)               all have this scale
//          | 0x01 scale:u8 least:u8 integers(rows)      digits at the common scale; each value is
//                                                       printed with as few as it needs, but at
//                                                       least `least`
//          | 0x02 byte_stream(rows) integers(rows)      a scale of its own for each
//   Scale 0 means an integer.
//
// Mode 1 is what programs print: 12.53, 12.5, 12 in JavaScript (least 0), 12.0 in Python (least 1).
#include <algorithm>

#include "store/encoding.h"

namespace logmill::store {
namespace {

constexpr char kFixed = 0;
constexpr char kShortest = 1;
constexpr char kOwn = 2;

// An integer is a decimal without digits after the point.
unsigned scale_of(const record::Value& value) { return value.kind() == record::Kind::decimal ? value.scale() : 0; }

record::Value make(std::int64_t mantissa, unsigned scale) {
  return scale == 0 ? record::Value::integer(mantissa) : record::Value::decimal(mantissa, scale);
}

// Takes off trailing zeros after the point until `least` digits are left there.
record::Value shortest(std::int64_t mantissa, unsigned scale, unsigned least) {
  while (scale > least && mantissa % 10 == 0) {
    mantissa /= 10;
    --scale;
  }
  return make(mantissa, scale);
}

// The mantissas at scale `to`; false if one does not fit or would be printed otherwise.
bool rescale(std::span<const record::Value> values, unsigned to, unsigned least, std::vector<std::int64_t>& mantissas) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::int64_t mantissa = values[i].integer();
    for (unsigned s = scale_of(values[i]); s < to; ++s)
      if (__builtin_mul_overflow(mantissa, 10, &mantissa)) return false;
    if (!(shortest(mantissa, to, least) == values[i])) return false;
    mantissas[i] = mantissa;
  }
  return true;
}

bool encode(std::span<const record::Value> values, KindSet kinds, EncodeContext& context, std::string& out) {
  if (kinds & ~(kind_bit(record::Kind::integer) | kind_bit(record::Kind::decimal))) return false;
  unsigned least = record::Value::kScaleMax, greatest = 0;
  for (const record::Value& value : values) {
    least = std::min(least, scale_of(value));
    greatest = std::max(greatest, scale_of(value));
  }
  std::vector<std::int64_t> mantissas(values.size());
  if (least < greatest && rescale(values, greatest, least, mantissas)) {
    out.push_back(kShortest);
    out.push_back(static_cast<char>(greatest));
    out.push_back(static_cast<char>(least));
    context.integers.append(out, mantissas);
    return true;
  }
  for (std::size_t i = 0; i < values.size(); ++i) mantissas[i] = values[i].integer();
  if (least == greatest) {
    out.push_back(kFixed);
    out.push_back(static_cast<char>(greatest));
  } else {
    std::string scales(values.size(), '\0');
    for (std::size_t i = 0; i < values.size(); ++i) scales[i] = static_cast<char>(scale_of(values[i]));
    out.push_back(kOwn);
    context.bytes.append(out, scales);
  }
  context.integers.append(out, mantissas);
  return true;
}

bool decode(std::string_view bytes, std::size_t count, DecodeContext& context, ColumnData& to) {
  base::ByteReader from(bytes);
  bool failed = false;
  const char mode = static_cast<char>(from.read<std::uint8_t>());
  if (mode < kFixed || mode > kOwn) return false;
  const unsigned scale = mode == kOwn ? 0 : from.read<std::uint8_t>();
  const unsigned least = mode == kShortest ? from.read<std::uint8_t>() : scale;
  std::string_view scales;
  if (mode == kOwn) scales = read_byte_stream(from, count, context.arena, failed);
  std::vector<std::int64_t> mantissas(count);
  read_integers(from, mantissas, context.arena, failed);
  if (failed || from.remaining() != 0 || scale > record::Value::kScaleMax) return false;

  if (mode == kFixed && scale > 0) {  // what most columns are
    to.values.resize(count);
    record::Value* value = to.values.data();
    for (const std::int64_t mantissa : mantissas) *value++ = record::Value::decimal(mantissa, scale);
    return true;
  }
  to.values.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    const unsigned own = mode == kOwn ? static_cast<unsigned char>(scales[i]) : scale;
    if (own > record::Value::kScaleMax) return false;
    to.values[i] = mode == kShortest ? shortest(mantissas[i], scale, least) : make(mantissas[i], own);
  }
  return true;
}

bool decode_numbers(std::string_view bytes, std::size_t count, DecodeContext& context, NumberColumn& to) {
  base::ByteReader from(bytes);
  bool failed = false;
  if (static_cast<char>(from.read<std::uint8_t>()) != kFixed) return false;
  to.scale = from.read<std::uint8_t>();
  to.digits.resize(count);
  read_integers(from, to.digits, context.arena, failed);
  return !failed && from.remaining() == 0 && to.scale <= record::Value::kScaleMax;
}

}  // namespace

extern constexpr EncodingSpec kDecimals{.id = 19,
                                        .name = "decimals",
                                        .summary = "decimal numbers as integers with a scale",
                                        .encode = encode,
                                        .decode = decode,
                                        .decode_numbers = decode_numbers};

}  // namespace logmill::store
