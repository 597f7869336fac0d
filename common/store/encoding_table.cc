#include "store/encoding.h"

#include <cassert>

#include "store/segment_format.h"

namespace logmill::store {

// One line an encoding, in the order in which they are tried: the cheapest to read first, the one
// that takes everything last.
#define LOGMILL_ENCODINGS(X) \
  X(kConstant)               \
  X(kDictionary)             \
  X(kIntegers)               \
  X(kDecimals)               \
  X(kReals)                  \
  X(kHexIds)                 \
  X(kTemplates)              \
  X(kText)                   \
  X(kMixed)

#define LOGMILL_DECLARE(spec) extern const EncodingSpec spec;
LOGMILL_ENCODINGS(LOGMILL_DECLARE)
#undef LOGMILL_DECLARE

std::span<const EncodingSpec* const> encodings() {
#define LOGMILL_LIST(spec) &spec,
  static const EncodingSpec* const kAll[] = {LOGMILL_ENCODINGS(LOGMILL_LIST)};
#undef LOGMILL_LIST
  return kAll;
}

const EncodingSpec* find_encoding(std::uint8_t id) {
  for (const EncodingSpec* spec : encodings())
    if (spec->id == id) return spec;
  return nullptr;
}

KindSet kinds_of(std::span<const record::Value> values) {
  KindSet kinds = 0;
  for (const record::Value& value : values) kinds |= kind_bit(value.kind());
  return kinds;
}

const EncodingSpec& encode_values(std::span<const record::Value> values, KindSet kinds, EncodeContext& context, std::string& out) {
  const std::size_t start = out.size();
  for (const EncodingSpec* spec : encodings()) {
    context.distinct.clear();
    if (spec->encode(values, kinds, context, out)) return *spec;
    out.resize(start);
  }
  assert(!"kMixed takes everything");
  return *encodings().back();
}

void append_value(std::string& out, const record::Value& value) {
  out.push_back(static_cast<char>(value.kind()));
  switch (value.kind()) {
    case record::Kind::absent:
    case record::Kind::null: return;
    case record::Kind::boolean: return out.push_back(static_cast<char>(value.as_bool()));
    case record::Kind::integer: return base::append_varint(out, base::zigzag(value.integer()));
    case record::Kind::decimal:
      out.push_back(static_cast<char>(value.scale()));
      return base::append_varint(out, base::zigzag(value.integer()));
    case record::Kind::real: return base::append_le(out, std::bit_cast<std::uint64_t>(value.real()));
    case record::Kind::string:
    case record::Kind::json: return base::append_string(out, value.text());
  }
}

record::Value read_value(base::ByteReader& from, bool& failed) {
  const auto kind = from.read<std::uint8_t>();
  record::Value value;
  switch (static_cast<record::Kind>(kind)) {
    case record::Kind::null: value = record::Value::null(); break;
    case record::Kind::boolean: value = record::Value::boolean(from.read<std::uint8_t>() != 0); break;
    case record::Kind::integer: value = record::Value::integer(base::unzigzag(from.read_varint())); break;
    case record::Kind::decimal: {
      const unsigned scale = from.read<std::uint8_t>();
      if (scale == 0 || scale > record::Value::kScaleMax) failed = true;
      value = record::Value::decimal(base::unzigzag(from.read_varint()), scale);
      break;
    }
    case record::Kind::real: value = record::Value::real(std::bit_cast<double>(from.read<std::uint64_t>())); break;
    case record::Kind::string: value = record::Value::string(from.read_string()); break;
    case record::Kind::json: value = record::Value::json(from.read_string()); break;
    default: failed = true;
  }
  failed = failed || from.failed();
  return value;
}

}  // namespace logmill::store
